// What has changed between what the cache held and a fresh list: the events that a watch would have told, compressed.
// Pure.
import type { AnyObject } from '@gantry/api/meta';
import type { CacheEvent } from './cache.ts';
import { atRevision } from './decode.ts';

/** A change of one object, and where it is kept. */
export interface Change {
  path: string;
  event: CacheEvent;
}

/**
 * Changes of one kind. An object that was replaced by another of the same name is deleted and added.
 *
 * @param revision the revision of the list: when what is missing is taken to be deleted.
 */
export function difference(
  before: ReadonlyMap<string, AnyObject>,
  after: ReadonlyMap<string, AnyObject>,
  revision: number,
): Change[] {
  const gone = [...before]
    .filter(([path]) => !after.has(path))
    .map(([path, previous]) => ({ path, event: deletion(previous, revision) }));
  const present = [...after].flatMap(([path, object]) => changesOf(path, before.get(path), object));
  return [...present, ...gone].sort((a, b) => a.event.revision - b.event.revision);
}

function changesOf(path: string, previous: AnyObject | undefined, object: AnyObject): Change[] {
  const revision = Number(object.metadata.resourceVersion);
  if (previous === undefined) return [{ path, event: { type: 'ADDED', object, revision } }];
  if (previous.metadata.resourceVersion === object.metadata.resourceVersion) return [];
  if (previous.metadata.uid === object.metadata.uid)
    return [{ path, event: { type: 'MODIFIED', object, previous, revision } }];
  return [
    { path, event: deletion(previous, revision) },
    { path, event: { type: 'ADDED', object, revision } },
  ];
}

/** The event of a deletion at `revision`. */
export function deletion(previous: AnyObject, revision: number): CacheEvent {
  return { type: 'DELETED', object: atRevision(previous, revision), previous, revision };
}
