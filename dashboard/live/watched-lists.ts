// Watched lists, shared by all parts of the page that look at the same: one subscription a path, kept a little longer than
// it is looked at, so that going back and forth shows at once what is there.
import { signal, type ReadonlySignal } from '@preact/signals';
import { endsList, NOTHING_KNOWN, take, type CollectionState, type LiveObject } from './collection-state.ts';
import type { LiveConnection } from './connection.ts';
import type { LiveEvent } from './frame.ts';

/** How long a list is kept after the last look. */
const KEPT_MS = 30_000;
/** Changes are shown at most this often, the first after a quiet time at once. */
const SHOWN_EVERY_MS = 100;
/** Lists kept at a time; the server allows as many subscriptions. */
export const LISTS_MAX = 60;

/** What the lists need. */
export interface WatchedListsDeps {
  connection: Pick<LiveConnection, 'open'>;
  schedule(delayMs: number, run: () => void): () => void;
  nowMs(): number;
}

/** A list that is looked at. */
export interface Looked<T extends LiveObject> {
  state: ReadonlySignal<CollectionState<T>>;
  /** No longer looked at. */
  release: () => void;
}

/** Lists by path. */
export interface WatchedLists {
  /** Looks at a path; `release` when no longer. */
  look<T extends LiveObject>(path: string): Looked<T>;
}

interface Entry {
  state: ReadonlySignal<CollectionState>;
  lookers: number;
  end: () => void;
  cancelEnd: () => void;
}

/** Makes the registry of lists. */
export function createWatchedLists(deps: WatchedListsDeps): WatchedLists {
  const entries = new Map<string, Entry>();
  const drop = (path: string): void => {
    entries.get(path)?.end();
    entries.delete(path);
  };
  const makeRoom = (): void => {
    if (entries.size < LISTS_MAX) return;
    for (const [path, { lookers, cancelEnd }] of entries) {
      if (lookers > 0) continue;
      cancelEnd();
      drop(path);
    }
  };
  return {
    look(path) {
      makeRoom();
      const entry = entries.get(path) ?? begin(deps, path);
      entries.set(path, entry);
      entry.cancelEnd();
      entry.lookers += 1;
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        entry.lookers -= 1;
        if (entry.lookers === 0) {
          entry.cancelEnd = deps.schedule(KEPT_MS, () => {
            drop(path);
          });
        }
      };
      return { state: entry.state as ReadonlySignal<CollectionState<never>>, release };
    },
  };
}

function begin(deps: WatchedListsDeps, path: string): Entry {
  let progress = take<LiveObject>(NOTHING_KNOWN, []);
  let waiting: LiveEvent[] = [];
  let cancelShow: (() => void) | undefined;
  let shownAtMs = -Infinity;
  const state = signal<CollectionState>(progress.state);
  const show = (): void => {
    cancelShow = undefined;
    shownAtMs = deps.nowMs();
    progress = take(progress, waiting);
    waiting = [];
    state.value = progress.state;
  };
  const end = deps.connection.open(path, (event) => {
    waiting.push(event);
    // A list that has become whole is waited for; one that still arrives is not drawn anew with each of its parts.
    const isWhole = endsList(event);
    if (isWhole) cancelShow?.();
    const pauseMs = isWhole ? 0 : Math.max(0, shownAtMs + SHOWN_EVERY_MS - deps.nowMs());
    if (isWhole || cancelShow === undefined) cancelShow = deps.schedule(pauseMs, show);
  });
  return {
    state,
    lookers: 0,
    cancelEnd: () => undefined,
    end() {
      end();
      cancelShow?.();
    },
  };
}
