// A change of an object, as the watch brings it, becomes a record. Pure.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { TimelineEntry } from '@gantry/api/timeline/timeline-entry';
import type { HybridTime } from '@gantry/kit/hybrid-time';
import isEqual from 'fast-deep-equal';
import type { CacheEvent } from '../cache/cache.ts';
import { changedFields } from './changed-fields.ts';
import {
  CONTROL_PLANE,
  ownersOf,
  timelineObjectOf,
  writerOf,
  type TimelineRecord,
} from './timeline-record.ts';

/** Who made a change, where this is known. */
export interface Author {
  user: string;
  requestId: string;
  manager: string;
}

/** Names a change: the revision, and the object, of which one transaction may change several. */
export function changeIdOf(definition: KindDefinition, key: ObjectKey, revision: number): string {
  // Joined, it is one text; put together in a template, it stays a tree of its parts for as long as it is remembered.
  return [revision, resourceIdOf(definition), key.namespace, key.name].join('/');
}

/** The record of what the watch has brought. */
export function changeRecord(definition: KindDefinition, event: CacheEvent, at: HybridTime): TimelineRecord {
  const { object, previous, revision } = event;
  if (definition === eventKind) return eventRecord(object as Event, at, revision);
  const { namespace = '', name = '' } = object.metadata;
  const id = changeIdOf(definition, { namespace, name }, revision);
  const before = event.type === 'ADDED' ? undefined : (previous ?? object);
  const after = event.type === 'DELETED' ? undefined : object;
  const manager = managerOf(before, after);
  const node = nodeOf(object);
  return {
    ...{ at, revision, owners: ownersOf(object) },
    ...(node === undefined ? {} : { node }),
    entry: {
      ...{ id, type: 'change', severity: 'Normal', where: CONTROL_PLANE, who: manager ?? '' },
      object: timelineObjectOf(object),
      ...(manager === undefined ? {} : { manager }),
      ...describeChange(definition, before, after),
    },
  };
}

type Described = Pick<TimelineEntry, 'verb' | 'what' | 'fields'>;

/** What was done to the object; without `before` it is new, without `after` gone. */
export function describeChange(
  definition: KindDefinition,
  before: AnyObject | undefined,
  after: AnyObject | undefined,
): Described {
  const told = definition.changesOf?.(before, after)?.changes.join('; ');
  const because = told === undefined ? '' : `: ${told}`;
  if (before === undefined) return { verb: 'create', what: `created${because}` };
  if (after === undefined) return { verb: 'delete', what: `deleted${because}` };
  const { paths, phrases, count } = changedFields(before, after);
  const isLeaving =
    before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined;
  const first = isLeaving ? 'is to be deleted' : undefined;
  const more = count > phrases.length ? [`and ${count - phrases.length} more`] : [];
  const what = first ?? told ?? [...phrases, ...more].join(', ');
  return { verb: isLeaving ? 'delete' : 'update', what: what === '' ? 'written again' : what, fields: paths };
}

/** The manager whose record is other than before: nobody else has written. */
function managerOf(before: AnyObject | undefined, after: AnyObject | undefined): string | undefined {
  if (after === undefined) return undefined;
  const known = before?.metadata.managedFields ?? [];
  const fresh = (after.metadata.managedFields ?? []).filter(
    (entry) => !known.some((each) => each === entry || isEqual(each, entry)),
  );
  return fresh.at(-1)?.manager;
}

function nodeOf({ spec }: AnyObject): string | undefined {
  const node = (spec as { nodeName?: unknown } | undefined)?.nodeName;
  return typeof node === 'string' && node !== '' ? node : undefined;
}

/** An Event is no change of itself: it tells of something that has happened to another object. */
export function eventRecord(event: Event, at: HybridTime, revision: number): TimelineRecord {
  const { metadata, involvedObject, source, reportingComponent, reason, message, type } = event;
  const component = source?.component ?? reportingComponent ?? '';
  const where = source?.host ?? '';
  const count = (event.count ?? 1) > 1 ? ` (${event.count} times)` : '';
  return {
    ...{ at, revision, owners: [] },
    entry: {
      id: [revision, 'event', metadata.namespace ?? '', metadata.name ?? ''].join('/'),
      ...{ type: 'event', severity: type === 'Warning' ? 'Warning' : 'Normal' },
      where: where === '' ? CONTROL_PLANE : where,
      who: component === 'gantry-agent' ? 'agent' : component,
      object: involvedIn(involvedObject),
      ...(reason === undefined ? {} : { reason }),
      what: `${message ?? ''}${count}`,
    },
  };
}

function involvedIn({
  apiVersion = '',
  kind = '',
  namespace = '',
  name = '',
  uid = '',
}: Event['involvedObject']) {
  return {
    ...{ apiVersion, kind, name },
    ...(namespace === '' ? {} : { namespace }),
    ...(uid === '' ? {} : { uid }),
  };
}

/** The record with its author. */
export function authored(record: TimelineRecord, { user, requestId, manager }: Author): TimelineRecord {
  const more = {
    ...writerOf(user),
    ...(requestId === '' ? {} : { requestId }),
    ...(manager === '' ? {} : { manager }),
  };
  return { ...record, entry: { ...record.entry, ...more } };
}
