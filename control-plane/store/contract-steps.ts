// Steps that the contract suites and other tests of stores share.
import { codeOf } from '@gantry/kit/operational-error';
import type { Commit, Store, StoreEvent, Write } from './store.ts';

/** A commit that puts one key, unconditionally unless `modRevision` is given. */
export function put(key: string, value: string, modRevision?: number): Commit {
  return {
    conditions: modRevision === undefined ? [] : [{ key, modRevision }],
    writes: [{ type: 'put', key, value }],
  };
}

/** Commits, and fails when the store refuses. @returns the revision. */
export async function mustCommit(store: Store, commit: Commit): Promise<number> {
  const result = await store.commit(commit);
  if (!result.ok) throw new Error('the commit was refused');
  return result.revision;
}

/** The first events of a watch, until `enough` says so. The watch is ended. */
export async function collect(
  store: Store,
  prefix: string,
  after: number,
  enough: (events: StoreEvent[]) => boolean,
): Promise<{ events: StoreEvent[]; batches: StoreEvent[][]; revision: number }> {
  const controller = new AbortController();
  const events: StoreEvent[] = [];
  const batches: StoreEvent[][] = [];
  let revision = after;
  for await (const batch of store.watch(prefix, after, controller.signal)) {
    events.push(...batch.events);
    batches.push(batch.events);
    revision = batch.revision;
    if (enough(events)) break;
  }
  return { events, batches, revision };
}

/** The code of what `action` throws; undefined when it succeeds. */
export async function failureCode(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return codeOf(error) ?? `no code: ${String(error)}`;
  }
}

let prefixes = 0;

/** A prefix that no other test of this process uses. */
export function freshPrefix(): string {
  return `/gantry/test-${process.pid}-${++prefixes}/`;
}

/** Writes 0, 1, 2, … in commits of 100 below `prefix`. */
export async function writeMany(store: Store, prefix: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const writes = Array.from({ length: Math.min(100, count - from) }, (_, index): Write => {
      const number = from + index;
      return { type: 'put', key: `${prefix}${String(number % 500).padStart(3, '0')}`, value: `${number}` };
    });
    await mustCommit(store, { conditions: [], writes });
  }
}
