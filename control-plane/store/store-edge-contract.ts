// What every store has to prove at the edges of its interface: where prefixes, revisions and calls meet their limits.
// Most rows were differences between the memory store and etcd once, found by `store-comparison.real.test.ts`.
import type { TestFn } from 'ava';
import { collect, failureCode, freshPrefix, mustCommit, put } from './contract-steps.ts';
import type { OpenSubject } from './store-contract.ts';
import { REQUEST_BYTES_MAX, VALUE_BYTES_MAX } from './store.ts';
import type { Store } from './store.ts';
import { ABORTED_CALLS, WRONG_CALLS } from './wrong-calls.ts';

/** Registers the suite. */
export function testStoreEdges(test: TestFn, open: OpenSubject): void {
  testListEdges(test, open);
  testWatchEdges(test, open);
  testCallEdges(test, open);
}

function testListEdges(test: TestFn, open: OpenSubject): void {
  test.serial('a list goes on after its prefix when that is a key itself', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    for (const key of ['a', 'a/x', 'ab']) await mustCommit(store, put(prefix + key, key));
    const after = async (startAfter: string): Promise<string[]> =>
      (await store.list(`${prefix}a`, { startAfter })).entries.map(({ value }) => value);
    t.deepEqual(await after(''), ['a', 'a/x', 'ab']);
    t.deepEqual(await after(`${prefix}a`), ['a/x', 'ab']);
    t.deepEqual(await after(`${prefix}a/x`), ['ab']);
    t.deepEqual(await after(`${prefix}z`), []);
    await store.close();
  });

  test.serial('without a prefix all keys are listed and watched', async (t) => {
    const { store } = await open();
    const key = `${freshPrefix()}a`;
    const before = await store.currentRevision();
    const revision = await mustCommit(store, put(key, '1'));
    const { entries, count } = await store.list('');
    t.true(entries.some((entry) => entry.key === key));
    t.is(count, entries.length);
    const { events } = await collect(store, '', before, (all) => all.length >= 1);
    t.deepEqual(events, [{ type: 'put', key, value: '1', createRevision: revision, modRevision: revision }]);
    await store.close();
  });

  test.serial('a list at revision 0 is the newest', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const revision = await mustCommit(store, put(`${prefix}a`, '1'));
    t.deepEqual(await store.list(prefix, { revision: 0 }), await store.list(prefix, { revision }));
    await store.close();
  });
}

function testWatchEdges(test: TestFn, open: OpenSubject): void {
  test.serial(
    'a watch after a revision that is still to come has seen a history that was rewound',
    async (t) => {
      const { store } = await open();
      const newest = await store.currentRevision();
      t.is(await failureCode(() => collect(store, freshPrefix(), newest + 5, () => true)), 'store-compacted');
      await store.close();
    },
  );

  test.serial('a watch tells its progress where that is news, and nothing twice', async (t) => {
    const { store, passTime } = await open();
    const start = await store.currentRevision();
    const told: number[] = [];
    const watching = (async () => {
      for await (const { revision } of store.watch(freshPrefix(), start, new AbortController().signal))
        if (told.push(revision) >= 3) return;
    })();
    for (let round = 1; round <= 3; round++) {
      await mustCommit(store, put(`${freshPrefix()}elsewhere`, '1'));
      while (told.length < round) {
        store.requestProgress();
        await passTime(10);
      }
      for (let asked = 0; asked < 5; asked++) store.requestProgress();
      await passTime(50);
    }
    await watching;
    t.deepEqual(told, [start + 1, start + 2, start + 3]);
    await store.close();
  });

  test.serial('a watch that nobody waits for ends quietly, also where the history is gone', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    await mustCommit(store, put(`${prefix}a`, '1'));
    await store.compact(await mustCommit(store, put(`${prefix}a`, '2')));
    for await (const _ of store.watch(prefix, 0, AbortSignal.abort())) t.fail('it tells something');
    t.is(await failureCode(() => collect(store, prefix, 0, () => true)), 'store-compacted');
    await store.close();
  });
}

function testCallEdges(test: TestFn, open: OpenSubject): void {
  for (const [row, call] of WRONG_CALLS.entries())
    test.serial(`a call that breaks the interface fails an invariant (row ${row})`, async (t) => {
      const { store } = await open();
      const revision = await store.currentRevision();
      t.is(await failureCode(() => call(store, freshPrefix())), 'invariant-broken');
      t.is(await store.currentRevision(), revision);
      await store.close();
    });

  test.serial('a name that nothing can have is not found', async (t) => {
    const { store } = await open();
    for (const name of ['ä', '\uD800', '😀', '\n']) {
      t.is((await store.get(freshPrefix() + name)).entry, undefined);
      t.is((await store.list(freshPrefix() + name)).count, 0);
    }
    await store.close();
  });

  test.serial('long conditions count against the size of a request', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const conditions = Array.from({ length: 128 }, (_, index) => {
      return { key: `${prefix}${index}`.padEnd(750, 'x'), modRevision: 0 };
    });
    const writes = [{ type: 'put' as const, key: `${prefix}a`, value: 'x'.repeat(VALUE_BYTES_MAX) }];
    t.true(128 * 750 + VALUE_BYTES_MAX < REQUEST_BYTES_MAX);
    t.is(await failureCode(() => store.commit({ conditions, writes })), 'store-value-too-large');
    t.true((await store.commit({ conditions: conditions.slice(0, 40), writes })).ok);
    await store.close();
  });

  test.serial('whoever gives up before a call is told the reason, whatever the call', async (t) => {
    const { store } = await open();
    const lease = await store.grantLease(10_000);
    const codes: unknown[] = [];
    for (const call of ABORTED_CALLS) codes.push(await failureCode(() => call(store, lease)));
    const enough = 'no code: Error: enough';
    t.deepEqual(codes, [enough, enough, enough, 'invariant-broken', enough, enough, enough, undefined]);
    await store.close();
  });

  test.serial('a closed store says so to every call, and its watches end', async (t) => {
    const { store } = await open();
    const lease = await store.grantLease(10_000);
    await store.close();
    const calls: [string, (closed: Store) => Promise<unknown>, string | undefined][] = [
      ['get', (closed) => closed.get('/gantry/x'), 'store-unavailable'],
      ['list', (closed) => closed.list('/gantry/x/'), 'store-unavailable'],
      ['commit', (closed) => closed.commit(put('/gantry/x', '1')), 'store-unavailable'],
      ['a wrong commit', (closed) => closed.commit(put('', '1')), 'invariant-broken'],
      ['currentRevision', (closed) => closed.currentRevision(), 'store-unavailable'],
      ['grantLease', (closed) => closed.grantLease(5_000), 'store-unavailable'],
      ['keepAlive', () => lease.keepAlive(), 'store-unavailable'],
      ['revoke', () => lease.revoke(), 'store-unavailable'],
      ['compact', (closed) => closed.compact(1), 'store-unavailable'],
      ['watch', (closed) => collect(closed, '/gantry/x/', 0, () => true), undefined],
      ['requestProgress', async (closed) => closed.requestProgress(), undefined],
      ['close', (closed) => closed.close(), undefined],
    ];
    for (const [name, call, code] of calls) t.is(await failureCode(() => call(store)), code, name);
  });
}
