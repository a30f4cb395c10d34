// Records who changed which fields when an object is created or updated by any means but apply. Who changes a value
// owns it from then on.
import { timeText } from '@gantry/kit/time-text';
import type { KindDefinition } from '../definition.ts';
import { apiVersionOf } from '../definition.ts';
import type { AnyObject } from '../meta.ts';
import { difference, differenceBelow, EMPTY_SET, isEmptySet, union } from './field-set.ts';
import { fieldChanges } from './fields-of.ts';
import {
  isSameManager,
  type Manager,
  type ManagerIdentity,
  managersOf,
  ownable,
  withManagers,
} from './managers.ts';
import { schemaOf } from './merge-schema.ts';

/** Who writes, through what, and when. */
export interface Writer {
  manager: string;
  /** Absent or empty for the main resource. */
  subresource?: string;
  nowMs: number;
}

/**
 * The object with managedFields that fit the change from `before` (undefined: it is new) to `after`. To be called
 * last, on what will be stored. A change of nothing keeps the record as it was.
 */
export function trackUpdate(
  definition: Pick<KindDefinition, 'schema' | 'group' | 'version'>,
  before: AnyObject | undefined,
  after: AnyObject,
  writer: Writer,
): AnyObject {
  const subresource = writer.subresource ?? '';
  const changes = fieldChanges(schemaOf(definition), before ?? {}, after);
  const changed = ownable(changes.changed, subresource);
  const base = startingPoint(before, after, subresource);
  if (isEmptySet(changed) && isEmptySet(changes.removed)) return withManagers(after, base);
  const apiVersion = apiVersionOf(definition);
  const self: ManagerIdentity = { manager: writer.manager, operation: 'Update', apiVersion, subresource };
  const previous = base.find((manager) => isSameManager(manager, self))?.fields ?? EMPTY_SET;
  const others = base
    .filter((manager) => !isSameManager(manager, self))
    .map((manager): Manager => {
      return { ...manager, fields: differenceBelow(difference(manager.fields, changed), changes.removed) };
    });
  const fields = differenceBelow(union(previous, changed), changes.removed);
  return withManagers(after, [...others, { ...self, time: timeText(writer.nowMs), fields }]);
}

/**
 * The record before the change: what the writer sent, if it can be read, so that managedFields can be written
 * directly (kubectl does when it takes over to server-side apply); one empty entry clears it, as in Kubernetes.
 */
function startingPoint(before: AnyObject | undefined, after: AnyObject, subresource: string): Manager[] {
  if (before === undefined) return [];
  const sent = after.metadata.managedFields ?? [];
  const [only] = sent;
  if (sent.length === 1 && only !== undefined && Object.keys(only).length === 0) return [];
  const managers = subresource === '' ? managersOf(after) : [];
  return managers.length > 0 ? managers : managersOf(before);
}
