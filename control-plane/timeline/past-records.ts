// What the objects themselves still tell of the time before this replica started: when they were made, which manager
// wrote which fields last, and the Events about them. Pure.
import { eventKind, type Event } from '@gantry/api/kinds/event';
import type { AnyObject } from '@gantry/api/meta';
import type { HybridTime } from '@gantry/kit/hybrid-time';
import type { CacheReader } from '../cache/cache.ts';
import { eventRecord } from './change-record.ts';
import { CONTROL_PLANE, ownersOf, timelineObjectOf, type TimelineRecord } from './timeline-record.ts';

/** Objects asked for their past; more are left out. */
const OBJECTS_MAX = 5_000;
const FIELDS_TOLD_MAX = 12;
/** Objects carry whole seconds. */
const SECOND_MS = 1_000;
/** A node like no other: nothing is said about the order of what objects tell beyond their times. */
const NOBODY = '';

/** The records of objects and of Events up to `untilMs`; what is `known` better is left out. */
export function pastRecords(
  cache: Pick<CacheReader, 'list'>,
  objects: readonly AnyObject[],
  at: { namespace: string; untilMs: number; known: readonly TimelineRecord[] },
): TimelineRecord[] {
  const knownIds = new Set(at.known.map(({ entry }) => entry.id));
  const events = cache
    .list<Event>(eventKind, at.namespace === '' ? undefined : at.namespace)
    .map((event) => eventRecord(event, timeOf(event.metadata.creationTimestamp), Number(event.metadata.resourceVersion)))
    .filter(({ entry }) => !knownIds.has(entry.id));
  const known = knownWrites(at.known);
  const writes = objects
    .slice(0, OBJECTS_MAX)
    .flatMap(writesOf)
    .filter(({ at: { wallMs } }) => wallMs < at.untilMs)
    .filter((record) => !isKnown(known, record));
  return [...events, ...writes];
}

function timeOf(text: string | undefined): HybridTime {
  const parsed = Date.parse(text ?? '');
  return { wallMs: Number.isNaN(parsed) ? 0 : parsed, counter: 0, node: NOBODY };
}

/** The creation, and the last write of each manager. */
function writesOf(object: AnyObject): TimelineRecord[] {
  const { creationTimestamp, managedFields = [], uid = '' } = object.metadata;
  const created = Date.parse(creationTimestamp ?? '');
  const record = (time: string | undefined, id: string, more: Partial<TimelineRecord['entry']>): TimelineRecord => ({
    at: timeOf(time),
    owners: ownersOf(object),
    entry: {
      ...{ id: `past/${uid}/${id}`, type: 'change', severity: 'Normal', where: CONTROL_PLANE, who: '' },
      ...{ object: timelineObjectOf(object), what: '' },
      ...more,
    },
  });
  const atFirst = managedFields.filter(
    ({ time, subresource }) => subresource === undefined && Math.abs(Date.parse(time ?? '') - created) <= SECOND_MS,
  );
  // Of several within the same second nobody knows who was first.
  const first = atFirst.length === 1 ? atFirst[0] : undefined;
  const by = first?.manager === undefined ? {} : { who: first.manager, manager: first.manager };
  const creation = record(creationTimestamp, 'created', { verb: 'create', what: 'created', ...by });
  const later = managedFields
    .filter((entry) => entry !== first && entry.time !== undefined)
    .map(({ manager = '', time, fieldsV1, subresource }) => {
      const fields = fieldPaths(fieldsV1).slice(0, FIELDS_TOLD_MAX);
      const what = `wrote ${fields.length === 0 ? 'it' : fields.join(', ')} (its last write)`;
      const id = `${manager}/${subresource ?? ''}/${time ?? ''}`;
      return record(time, id, { verb: 'update', who: manager, manager, what, fields });
    });
  return [creation, ...later];
}

/** The outer two levels of managed fields: `spec.replicas`, `metadata.labels`. */
function fieldPaths(fields: unknown): string[] {
  return childrenOf(fields).flatMap(([name, inner]) => {
    const children = childrenOf(inner);
    return children.length === 0 ? [name] : children.map(([child]) => `${name}.${child}`);
  });
}

function childrenOf(fields: unknown): [string, unknown][] {
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).flatMap(([key, inner]): [string, unknown][] =>
    key.startsWith('f:') ? [[key.slice(2), inner]] : [],
  );
}

/** Times of the writes that are known better, by object and manager. */
function knownWrites(records: readonly TimelineRecord[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { entry, at } of records) {
    if (entry.type !== 'change') continue;
    const uid = entry.object.uid ?? '';
    const keys = [`${uid} ${entry.manager ?? ''}`, ...(entry.verb === 'create' ? [`${uid} created`] : [])];
    for (const key of keys) times.set(key, [...(times.get(key) ?? []), at.wallMs]);
  }
  return times;
}

function isKnown(known: ReadonlyMap<string, readonly number[]>, { entry, at }: TimelineRecord): boolean {
  const uid = entry.object.uid ?? '';
  if (entry.verb === 'create') return known.has(`${uid} created`);
  const times = known.get(`${uid} ${entry.manager ?? ''}`) ?? [];
  return times.some((time) => Math.abs(time - at.wallMs) < 2 * SECOND_MS);
}
