// Which events a watch shows: an object that starts to match is added for this watch, one that stops matching is
// deleted. Pure.
import type { AnyObject } from '@gantry/api/meta';
import type { CacheEvent } from '../cache/cache.ts';
import { atRevision } from '../resources/object-key.ts';

/** An event as one watch sees it. */
export interface WatchedEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: AnyObject;
}

/** The event for a watch of `matches`; undefined when it is none of its business. */
export function watchedEvent(
  event: CacheEvent,
  matches: (object: AnyObject) => boolean,
): WatchedEvent | undefined {
  const { object, previous } = event;
  const before = event.type !== 'ADDED' && matches(previous ?? object);
  const after = event.type !== 'DELETED' && matches(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  // What leaves the selection is shown as it was last seen, at the revision at which it left.
  return {
    type: 'DELETED',
    object: event.type === 'DELETED' ? object : atRevision(previous ?? object, event.revision),
  };
}
