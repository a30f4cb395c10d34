// What is known of one watched list: a table of event x state. After a new beginning the old objects stay in sight until
// the new list is whole, then those that are gone go. Pure.
import type { ObjectMeta } from '@gantry/api/meta';
import type { LiveEvent } from './frame.ts';

/** An object of any kind. */
export interface LiveObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
}

/** What is known. */
export interface CollectionState<T extends LiveObject = LiveObject> {
  /** By UID. */
  objects: ReadonlyMap<string, T>;
  /** Whether the list has been whole once. */
  synced: boolean;
  /** Why it cannot be had. */
  problem?: string;
}

/** The state and what arrives of a new list. */
export interface CollectionProgress<T extends LiveObject = LiveObject> {
  state: CollectionState<T>;
  /** UIDs seen since the new beginning; undefined when the list is whole. */
  arrived: ReadonlySet<string> | undefined;
}

/** Nothing is known. */
export const NOTHING_KNOWN: CollectionProgress = {
  state: { objects: new Map(), synced: false },
  arrived: new Set(),
};

/** Takes in what has come since the last look, all at once: one copy of the map, however many events. */
export function take<T extends LiveObject>(
  progress: CollectionProgress<T>,
  events: readonly LiveEvent[],
): CollectionProgress<T> {
  const objects = new Map(progress.state.objects);
  let arrived = progress.arrived === undefined ? undefined : new Set(progress.arrived);
  let { synced, problem } = progress.state;
  for (const event of events) {
    if (event.type === 'RESTARTED') {
      arrived = new Set();
    } else if (event.type === 'ERROR') {
      problem = problemOf(event.object, 'the list cannot be had');
    } else if (event.type === 'BOOKMARK') {
      if (arrived === undefined || !endsList(event)) continue;
      for (const uid of objects.keys()) if (!arrived.has(uid)) objects.delete(uid);
      arrived = undefined;
      synced = true;
      problem = undefined;
    } else if (isObject(event.object)) {
      const uid = event.object.metadata.uid ?? '';
      if (event.type === 'DELETED') objects.delete(uid);
      else objects.set(uid, event.object as T);
      arrived?.add(uid);
    }
  }
  return { state: { objects, synced, ...(problem === undefined ? {} : { problem }) }, arrived };
}

/** Whether with it the list is whole for the first time since its beginning. */
export function endsList({ type, object }: LiveEvent): boolean {
  return (
    type === 'BOOKMARK' &&
    isObject(object) &&
    object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true'
  );
}

function isObject(value: unknown): value is LiveObject {
  return typeof value === 'object' && value !== null && 'metadata' in value;
}

/** Why a subscription was refused, as its status tells; `otherwise` where it tells nothing. */
export function problemOf(status: unknown, otherwise: string): string {
  if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message);
  return otherwise;
}
