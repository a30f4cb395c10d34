// Applies selectors to many objects without holding up everybody else: after some thousand of them others get
// their turn.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnyObject } from '@gantry/api/meta';
import { SCAN_OBJECTS } from './limits.ts';
import type { Selection } from './read-options.ts';

/** Where to look. */
export interface SelectOptions {
  start: number;
  /** Absent for all that match. */
  limit?: number;
  /** Ends the search: nobody waits for it any more. */
  signal: AbortSignal;
}

/** What was found, and the place up to which it was looked for. */
export interface Selected {
  items: readonly AnyObject[];
  end: number;
}

/**
 * The objects from `start` on that match, at most `limit`.
 *
 * @param objects must not change meanwhile.
 * @throws the signal's reason.
 */
export async function select(
  objects: readonly AnyObject[],
  selection: Selection,
  { start, limit = Number.POSITIVE_INFINITY, signal }: SelectOptions,
): Promise<Selected> {
  if (selection.everything) {
    const end = Math.min(start + limit, objects.length);
    return { items: start === 0 && end === objects.length ? objects : objects.slice(start, end), end };
  }
  const items: AnyObject[] = [];
  for (let index = start; index < objects.length; index++) {
    if ((index - start + 1) % SCAN_OBJECTS === 0) await nextTurn(undefined, { signal });
    const object = objects[index] as AnyObject;
    if (selection.matches(object) && items.push(object) >= limit) return { items, end: index + 1 };
  }
  return { items, end: objects.length };
}
