// Server-side apply: the applied fields are merged in, what the manager applied before and no longer does is taken
// out, and values that others manage are not changed unless forced. Ownership is of what was sent, never of defaults.
import { timeText } from '@gantry/kit/time-text';
import equal from 'fast-deep-equal';
import { apiVersionOf, type KindDefinition } from '../definition.ts';
import { isMap, type JsonMap } from '../json-value.ts';
import type { AnyObject } from '../meta.ts';
import type { ApplyConflict } from '../status-error.ts';
import {
  difference,
  differenceBelow,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  leafPaths,
  pathText,
} from './field-set.ts';
import { fieldChanges, fieldsOf, unionOf } from './fields-of.ts';
import {
  isSameManager,
  type Manager,
  type ManagerIdentity,
  managersOf,
  ownable,
  withManagers,
} from './managers.ts';
import { type MergeSchema, schemaOf } from './merge-schema.ts';
import { mergeApplied, removeUnowned } from './structured-merge.ts';
import type { Writer } from './track-update.ts';

/** Who applies, and how. */
export interface Applier extends Writer {
  /** Take fields from other managers instead of reporting conflicts. */
  force: boolean;
  /** Fills in defaults and canonical spellings, so that `0.5` applied over a stored `500m` is no change. */
  normalize?(object: AnyObject): AnyObject;
}

/** The new object, `live` itself when nothing changes; or the fields that others manage. */
export type ApplyResult = { ok: true; object: AnyObject } | { ok: false; conflicts: ApplyConflict[] };

/** Holds what a manager is said to own when an object without any record is applied to for the first time. */
const FIRST_APPLY_MANAGER = 'before-first-apply';

/** Applies to `live`, or makes a new object when it is undefined. `applied` has been checked by apply-checks.ts. */
export function serverSideApply(
  definition: Pick<KindDefinition, 'schema' | 'group' | 'version'>,
  live: AnyObject | undefined,
  applied: JsonMap,
  applier: Applier,
): ApplyResult {
  const schema = schemaOf(definition);
  const subresource = applier.subresource ?? '';
  const apiVersion = apiVersionOf(definition);
  const self: ManagerIdentity = { manager: applier.manager, operation: 'Apply', apiVersion, subresource };
  const managers = live === undefined ? [] : recordOf(schema, live, apiVersion);
  const previous = managers.find((manager) => isSameManager(manager, self));
  const others = managers.filter((manager) => !isSameManager(manager, self));
  const fields = ownable(fieldsOf(schema, applied), subresource);

  const merged = mergeApplied(schema, live ?? {}, withoutSystemFields(applied, live, subresource));
  const kept = unionOf([fields, ...others.map((manager) => manager.fields)]);
  const reduced = removeUnowned(schema, merged, previous?.fields ?? EMPTY_SET, kept) as AnyObject;
  const object = applier.normalize?.(reduced) ?? reduced;

  const { changed, removed } = fieldChanges(schema, live ?? {}, object);
  const contested = intersection(changed, fields);
  const conflicts = conflictsWith(others, contested);
  if (conflicts.length > 0 && !applier.force) return { ok: false, conflicts };
  const remaining = others.map((manager): Manager => {
    return { ...manager, fields: differenceBelow(difference(manager.fields, contested), removed) };
  });
  const isSame = live !== undefined && sameButRecord(live, object);
  if (isSame && equalSets(previous?.fields ?? EMPTY_SET, fields)) return { ok: true, object: live };
  return {
    ok: true,
    object: withManagers(object, [...remaining, { ...self, time: timeText(applier.nowMs), fields }]),
  };
}

/** An object that nobody is recorded for is taken to have been made by a writer of before. */
function recordOf(schema: MergeSchema, live: AnyObject, apiVersion: string): Manager[] {
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const fields = ownable(fieldsOf(schema, live), '');
  const time = live.metadata.creationTimestamp ?? '';
  return [{ manager: FIRST_APPLY_MANAGER, operation: 'Update', apiVersion, subresource: '', time, fields }];
}

/** What the server decides alone cannot be applied: clients send it back as they read it. */
function withoutSystemFields(applied: JsonMap, live: AnyObject | undefined, subresource: string): JsonMap {
  const { status, metadata, ...rest } = applied;
  if (subresource === 'status') return status === undefined ? {} : { status };
  const { labels, annotations, ownerReferences, finalizers, name, namespace, generateName } = isMap(metadata)
    ? metadata
    : {};
  const identity = live === undefined ? { name, namespace, generateName } : {};
  const own = Object.entries({ ...identity, labels, annotations, ownerReferences, finalizers });
  return { ...rest, metadata: Object.fromEntries(own.filter(([, value]) => value !== undefined)) };
}

function conflictsWith(others: readonly Manager[], contested: FieldSet): ApplyConflict[] {
  return others.flatMap(({ manager, operation, apiVersion, subresource, fields }) => {
    const common = intersection(fields, contested);
    if (isEmptySet(common)) return [];
    const through = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
    const using = operation === 'Update' ? ` using ${apiVersion}` : '';
    const message = `conflict with ${JSON.stringify(manager)}${through}${using}`;
    return leafPaths(common).map((path) => ({ field: pathText(path), message }));
  });
}

function sameButRecord(a: AnyObject, b: AnyObject): boolean {
  const strip = (object: AnyObject): AnyObject => {
    const { managedFields: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  return equal(strip(a), strip(b));
}
