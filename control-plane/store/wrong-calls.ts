// Calls that no store takes, for the comparison of stores and the contract suite.
import type { Store, StoreLease, Write } from './store.ts';

const put = (key: string, value = '1'): Write => ({ type: 'put', key, value });
const commit = (store: Store, ...writes: Write[]): Promise<unknown> =>
  store.commit({ conditions: [], writes });
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 129 }, (_, index) => make(index));

async function firstOf(watch: AsyncIterable<unknown>): Promise<unknown> {
  for await (const batch of watch) return batch;
  return 'ended';
}

const forEver = (): AbortSignal => new AbortController().signal;

/** Every one breaks the interface: a bug of the caller, told before anything is done. */
export const WRONG_CALLS: readonly ((store: Store, root: string) => Promise<unknown>)[] = [
  (store, root) => commit(store, put(`${root}a`), { type: 'delete', key: `${root}a` }),
  (store) => commit(store, put('')),
  (store, root) => commit(store, put(`${root}ä`)),
  (store, root) => commit(store, put(`${root}a`, 'a \uD800 alone')),
  (store, root) => commit(store, ...many((index) => put(`${root}${index}`))),
  (store, root) =>
    store.commit({ conditions: many((index) => ({ key: `${root}${index}`, modRevision: 0 })), writes: [] }),
  (store) => store.commit({ conditions: [{ key: '', modRevision: 0 }], writes: [] }),
  (store, root) => store.commit({ conditions: [{ key: `${root}a`, modRevision: -1 }], writes: [] }),
  (store, root) => store.commit({ conditions: [{ key: `${root}a`, modRevision: 0.5 }], writes: [] }),
  (store) => store.get(''),
  (store, root) => store.list(root, { limit: -1 }),
  (store, root) => store.list(root, { limit: 1.5 }),
  (store, root) => store.list(root, { revision: NaN }),
  (store, root) => store.list(root, { revision: -1 }),
  (store) => store.compact(0),
  (store) => store.compact(-3),
  (store) => store.compact(1.5),
  (store, root) => firstOf(store.watch(root, -1, forEver())),
  (store, root) => firstOf(store.watch(root, NaN, forEver())),
  (store) => store.grantLease(0),
  (store) => store.grantLease(-1_000),
  (store) => store.grantLease(NaN),
  (store) => store.grantLease(2 * 86_400_000),
];

const aborted = (): AbortSignal => AbortSignal.abort(new Error('enough'));

/** Calls that nobody waits for any more. */
export const ABORTED_CALLS: readonly ((store: Store, lease: StoreLease | undefined) => Promise<unknown>)[] = [
  (store) => store.get('/gantry/x', aborted()),
  (store) => store.list('/gantry/x/', { signal: aborted() }),
  (store) => store.commit({ conditions: [], writes: [put('/gantry/x')] }, aborted()),
  (store) => store.commit({ conditions: [], writes: [put('')] }, aborted()),
  (store) => store.currentRevision(aborted()),
  (store) => store.grantLease(5_000, aborted()),
  async (_, lease) => lease?.keepAlive(aborted()),
  (store) => firstOf(store.watch('/gantry/x/', 0, aborted())),
];
