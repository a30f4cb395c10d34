// The query of a watch: from where, for how long, with which extras. Pure.
import { invalidOption, flagOf, revisionOf, wholeNumber } from './read-options.ts';

/** Where a watch starts. */
export type WatchStart =
  /** The present state first, as of now. */
  | { type: 'state'; notOlderThan: number | 'newest' | 'any'; markEnd: boolean }
  /** What happens after a revision. */
  | { type: 'after'; revision: number }
  /** What happens from now on. */
  | { type: 'now'; notOlderThan: number | 'newest' | 'any' };

/** A watch as asked for. */
export interface WatchOptions {
  start: WatchStart;
  bookmarks: boolean;
  /** Absent: the server decides. */
  timeoutMs?: number;
}

/** @throws StatusError 400 or 422. */
export function watchOptions(query: URLSearchParams): WatchOptions {
  const seconds = wholeNumber(query, 'timeoutSeconds');
  const bookmarks = flagOf(query, 'allowWatchBookmarks') ?? false;
  return {
    start: watchStart(query, bookmarks),
    bookmarks,
    ...(seconds === undefined || seconds === 0 ? {} : { timeoutMs: seconds * 1000 }),
  };
}

function watchStart(query: URLSearchParams, bookmarks: boolean): WatchStart {
  const revision = revisionOf(query);
  const initial = flagOf(query, 'sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  if (initial === undefined) {
    if (match !== '') {
      throw invalidOption(
        'resourceVersionMatch',
        'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
    }
    if (revision !== undefined && revision > 0) return { type: 'after', revision };
    return { type: 'state', notOlderThan: revision === 0 ? 'any' : 'newest', markEnd: false };
  }
  if (match !== 'NotOlderThan') {
    throw invalidOption(
      'resourceVersionMatch',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
  if (initial && !bookmarks) {
    throw invalidOption(
      'allowWatchBookmarks',
      'Forbidden: sendInitialEvents requires allowWatchBookmarks=true',
    );
  }
  const notOlderThan = revision === undefined ? 'newest' : revision === 0 ? 'any' : revision;
  if (initial) return { type: 'state', notOlderThan, markEnd: true };
  return revision !== undefined && revision > 0 ? { type: 'after', revision } : { type: 'now', notOlderThan };
}
