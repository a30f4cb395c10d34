// What every store has to prove. Both implementations run this suite; `store-fault-contract.ts` adds what only
// a store with a server behind it can be put through.
import type { TestFn } from 'ava';
import { collect, failureCode, freshPrefix, mustCommit, put, writeMany } from './contract-steps.ts';
import { testStoreEdges } from './store-edge-contract.ts';
import { VALUE_BYTES_MAX } from './store.ts';
import type { Store, Write } from './store.ts';

/** A store to be tested, and how time passes for its leases. */
export interface StoreSubject {
  store: Store;
  passTime: (durationMs: number) => Promise<void>;
}

/** Opens a store of its own for each test; `close` of the store ends it. */
export type OpenSubject = () => Promise<StoreSubject>;

/** Registers the suite. */
export function testStoreContract(test: TestFn, open: OpenSubject): void {
  testWrites(test, open);
  testLists(test, open);
  testWatches(test, open);
  testCompaction(test, open);
  testLeases(test, open);
  testLimits(test, open);
  testStoreEdges(test, open);
}

function testWrites(test: TestFn, open: OpenSubject): void {
  test.serial('an entry carries the revisions of its creation and of its last write', async (t) => {
    const { store } = await open();
    const key = `${freshPrefix()}a`;
    t.is((await store.get(key)).entry, undefined);
    const created = await mustCommit(store, put(key, '{"n":1}', 0));
    t.is(await store.currentRevision(), created);
    const updated = await mustCommit(store, put(key, '"grün 😀"', created));
    t.true(updated > created);
    const read = await store.get(key);
    t.deepEqual(read.entry, { key, value: '"grün 😀"', createRevision: created, modRevision: updated });
    t.true(read.revision >= updated);
    await mustCommit(store, { conditions: [], writes: [{ type: 'delete', key }] });
    t.is((await store.get(key)).entry, undefined);
    const again = await mustCommit(store, put(key, '2', 0));
    t.is((await store.get(key)).entry?.createRevision, again);
    await store.close();
  });

  test.serial('a commit whose conditions do not hold writes nothing and tells what is there', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const [a, b, c] = [`${prefix}a`, `${prefix}b`, `${prefix}c`];
    const first = await mustCommit(store, put(a, '1'));
    const result = await store.commit({
      conditions: [
        { key: a, modRevision: first },
        { key: b, modRevision: 0 },
        { key: c, modRevision: 5 },
      ],
      writes: [{ type: 'put', key: b, value: '2' }],
    });
    t.false(result.ok);
    t.deepEqual(result.ok ? [] : result.current, [
      { key: a, value: '1', createRevision: first, modRevision: first },
    ]);
    t.is((await store.get(b)).entry, undefined);
    t.false((await store.commit(put(a, '3', 0))).ok);
    t.false((await store.commit(put(a, '3', first + 1))).ok);
    t.true((await store.commit(put(a, '3', first))).ok);
    t.false((await store.commit(put(a, '4', first))).ok);
    await store.close();
  });

  test.serial('of many writers that saw the same revision exactly one wins', async (t) => {
    const { store } = await open();
    const key = `${freshPrefix()}a`;
    const seen = await mustCommit(store, put(key, '0'));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, writer) => store.commit(put(key, String(writer), seen))),
    );
    t.is(results.filter((result) => result.ok).length, 1);
    await store.close();
  });

  test.serial('all writes of a commit share one revision; deleting what is absent makes none', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const writes = Array.from({ length: 128 }, (_, index): Write => {
      return { type: 'put', key: `${prefix}${index}`, value: `${index}` };
    });
    const revision = await mustCommit(store, { conditions: [], writes });
    const page = await store.list(prefix);
    t.is(page.entries.length, 128);
    t.true(page.entries.every((entry) => entry.modRevision === revision));
    const missing = await mustCommit(store, {
      conditions: [],
      writes: [{ type: 'delete', key: `${prefix}none` }],
    });
    t.is(missing, revision);
    await store.close();
  });
}

function testLists(test: TestFn, open: OpenSubject): void {
  test.serial('a list is sorted and holds its prefix only', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    for (const key of ['b/x', 'a/y', 'a/x', 'ab/x']) await mustCommit(store, put(prefix + key, key));
    t.deepEqual(
      (await store.list(`${prefix}a/`)).entries.map((entry) => entry.value),
      ['a/x', 'a/y'],
    );
    t.deepEqual(
      (await store.list(prefix)).entries.map((entry) => entry.value),
      ['a/x', 'a/y', 'ab/x', 'b/x'],
    );
    t.is((await store.list(prefix, { limit: 0 })).entries.length, 4);
    const empty = await store.list(`${prefix}zz/`);
    t.deepEqual([empty.entries, empty.more, empty.count], [[], false, 0]);
    await store.close();
  });

  test.serial('pages at one revision are not disturbed by later writes', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const keys = Array.from({ length: 25 }, (_, index) => `${prefix}${String(index).padStart(2, '0')}`);
    for (const key of keys) await mustCommit(store, put(key, 'old'));
    const first = await store.list(prefix, { limit: 10 });
    t.deepEqual([first.entries.length, first.more, first.count], [10, true, 25]);
    await mustCommit(store, { conditions: [], writes: [{ type: 'delete', key: keys[15] as string }] });
    await mustCommit(store, put(keys[16] as string, 'new'));
    await mustCommit(store, put(`${prefix}11b`, 'new'));
    const seen = [...first.entries];
    let page = first;
    while (page.more) {
      const startAfter = page.entries.at(-1)?.key ?? '';
      page = await store.list(prefix, { limit: 10, startAfter, revision: first.revision });
      t.is(page.revision, first.revision);
      t.is(page.count, 25 - seen.length);
      seen.push(...page.entries);
    }
    t.deepEqual(
      seen.map((entry) => entry.key),
      keys,
    );
    t.true(seen.every((entry) => entry.value === 'old'));
    await store.close();
  });

  test.serial('a list at a revision that does not exist yet is refused', async (t) => {
    const { store } = await open();
    const revision = (await store.currentRevision()) + 1_000;
    t.is(await failureCode(() => store.list(freshPrefix(), { revision })), 'store-future-revision');
    await store.close();
  });
}

function testWatches(test: TestFn, open: OpenSubject): void {
  test.serial(
    'a watch tells every change after its revision, in order, and commits as a whole',
    async (t) => {
      const { store } = await open();
      const prefix = freshPrefix();
      const [a, b] = [`${prefix}a`, `${prefix}b`];
      const before = await mustCommit(store, put(a, 'before'));
      const reader = collect(store, prefix, before, (events) => events.length >= 5);
      const two = await mustCommit(store, {
        conditions: [],
        writes: [
          { type: 'put', key: a, value: '1' },
          { type: 'put', key: b, value: '2' },
        ],
      });
      await mustCommit(store, put(`${freshPrefix()}elsewhere`, 'x'));
      const both = await mustCommit(store, {
        conditions: [],
        writes: [
          { type: 'delete', key: a },
          { type: 'put', key: b, value: '3' },
        ],
      });
      const last = await mustCommit(store, put(a, '4'));
      const { events, batches, revision } = await reader;
      t.deepEqual(events, [
        { type: 'put', key: a, value: '1', createRevision: before, modRevision: two },
        { type: 'put', key: b, value: '2', createRevision: two, modRevision: two },
        { type: 'delete', key: a, modRevision: both },
        { type: 'put', key: b, value: '3', createRevision: two, modRevision: both },
        { type: 'put', key: a, value: '4', createRevision: last, modRevision: last },
      ]);
      t.true(revision >= last);
      for (const shared of [two, both])
        t.is(batches.filter((batch) => batch.some((event) => event.modRevision === shared)).length, 1);
      await store.close();
    },
  );

  test.serial('a watch may be resumed after any revision it has seen', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const start = await store.currentRevision();
    const revisions: number[] = [];
    for (let index = 0; index < 20; index++)
      revisions.push(await mustCommit(store, put(`${prefix}${index % 3}`, `${index}`)));
    for (const from of [0, 7, 18]) {
      const after = from === 0 ? start : (revisions[from - 1] as number);
      const { events } = await collect(store, prefix, after, (all) => all.length >= 20 - from);
      t.deepEqual(
        events.map((event) => event.modRevision),
        revisions.slice(from),
      );
    }
    await store.close();
  });

  test.serial('a slow reader of a watch misses nothing', async (t) => {
    const { store, passTime } = await open();
    const prefix = freshPrefix();
    const after = await store.currentRevision();
    const controller = new AbortController();
    const numbers: number[] = [];
    const writing = writeMany(store, prefix, 6_000);
    for await (const batch of store.watch(prefix, after, controller.signal)) {
      numbers.push(...batch.events.map((event) => (event.type === 'put' ? Number(event.value) : -1)));
      await passTime(1);
      if (numbers.length >= 6_000) break;
    }
    await writing;
    t.deepEqual(
      numbers,
      Array.from({ length: 6_000 }, (_, index) => index),
    );
    await store.close();
  });

  test.serial('a watch ends quietly when aborted, also while nothing happens', async (t) => {
    const { store } = await open();
    const controller = new AbortController();
    const ended = (async () => {
      for await (const batch of store.watch(freshPrefix(), await store.currentRevision(), controller.signal))
        t.deepEqual(batch.events, []);
    })();
    await store.currentRevision();
    controller.abort();
    await t.notThrowsAsync(ended);
    await store.close();
  });

  test.serial('a progress request makes an idle watch tell how far it is', async (t) => {
    const { store, passTime } = await open();
    const start = await store.currentRevision();
    const controller = new AbortController();
    const watching = (async () => {
      for await (const batch of store.watch(freshPrefix(), start, controller.signal))
        if (batch.revision > start) return batch;
      return undefined;
    })();
    const revision = await mustCommit(store, put(`${freshPrefix()}elsewhere`, '1'));
    let done = false;
    void watching.then(() => (done = true));
    while (!done) {
      store.requestProgress();
      await passTime(10);
    }
    t.deepEqual(await watching, { revision, events: [] });
    await store.close();
  });
}

function testCompaction(test: TestFn, open: OpenSubject): void {
  test.serial('after a compaction old revisions are refused, and a fresh list and watch work', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const old = await mustCommit(store, put(`${prefix}a`, '1'));
    await mustCommit(store, put(`${prefix}a`, '2'));
    await mustCommit(store, { conditions: [], writes: [{ type: 'delete', key: `${prefix}a` }] });
    const kept = await mustCommit(store, put(`${prefix}b`, '3'));
    await store.compact(kept);
    t.is(await failureCode(() => store.list(prefix, { revision: old })), 'store-compacted');
    t.is(await failureCode(() => collect(store, prefix, old, () => true)), 'store-compacted');
    const page = await store.list(prefix, { revision: kept });
    t.deepEqual(
      page.entries.map((entry) => entry.value),
      ['3'],
    );
    const later = await mustCommit(store, put(`${prefix}c`, '4'));
    const { events } = await collect(store, prefix, page.revision, (all) => all.length >= 1);
    t.deepEqual(
      events.map((event) => event.modRevision),
      [later],
    );
    t.is(await failureCode(() => store.compact(kept)), 'store-compacted');
    t.is(await failureCode(() => store.compact(kept + 10_000)), 'store-future-revision');
    await store.close();
  });
}

function testLeases(test: TestFn, open: OpenSubject): void {
  test.serial('keys go with their lease in one step; a lease kept alive stays', async (t) => {
    const { store, passTime } = await open();
    const prefix = freshPrefix();
    const kept = await store.grantLease(5_000);
    const lost = await store.grantLease(2_000);
    const onLease = (name: string, leaseId: string): Write => {
      return { type: 'put', key: prefix + name, value: name, leaseId };
    };
    const start = await mustCommit(store, {
      conditions: [],
      writes: [onLease('a', lost.id), onLease('b', lost.id), onLease('c', lost.id), onLease('d', kept.id)],
    });
    const moved = await mustCommit(store, put(`${prefix}b`, 'no lease any more'));
    for (let passedMs = 0; passedMs < 6_000; passedMs += 500) {
      await passTime(500);
      await kept.keepAlive();
    }
    const { events, batches } = await collect(store, prefix, moved, (all) => all.length >= 2);
    t.true(moved > start);
    t.deepEqual(
      events.map((event) => [event.type, event.key]),
      [
        ['delete', `${prefix}a`],
        ['delete', `${prefix}c`],
      ],
    );
    t.is(batches.length, 1);
    t.is(await failureCode(() => lost.keepAlive()), 'lease-lost');
    t.is((await store.get(`${prefix}d`)).entry?.value, 'd');
    await kept.revoke();
    t.is((await store.get(`${prefix}d`)).entry, undefined);
    t.is(await failureCode(() => kept.keepAlive()), 'lease-lost');
    await t.notThrowsAsync(kept.revoke());
    const refused = await failureCode(() =>
      store.commit({ conditions: [], writes: [onLease('e', lost.id)] }),
    );
    t.is(refused, 'lease-lost');
    await store.close();
  });
}

function testLimits(test: TestFn, open: OpenSubject): void {
  test.serial('a value at the limit is stored, one byte more is refused with a clear error', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    await mustCommit(store, put(`${prefix}a`, 'ü'.repeat(VALUE_BYTES_MAX / 2)));
    const code = await failureCode(() => store.commit(put(`${prefix}b`, 'x'.repeat(VALUE_BYTES_MAX + 1))));
    t.is(code, 'store-value-too-large');
    const half = 'x'.repeat(VALUE_BYTES_MAX / 2 + 100_000);
    const writes = ['c', 'd'].map((name): Write => ({ type: 'put', key: prefix + name, value: half }));
    t.is(await failureCode(() => store.commit({ conditions: [], writes })), 'store-value-too-large');
    t.is((await store.list(prefix)).count, 1);
    await store.close();
  });

  test.serial('a list and a watch of many large values arrive whole', async (t) => {
    const { store } = await open();
    const prefix = freshPrefix();
    const start = await store.currentRevision();
    for (let index = 0; index < 8; index++)
      await mustCommit(store, put(`${prefix}${index}`, String(index).repeat(1_000_000)));
    const page = await store.list(prefix);
    t.deepEqual(
      page.entries.map((entry) => entry.value.length),
      Array.from({ length: 8 }, () => 1_000_000),
    );
    const { events } = await collect(store, prefix, start, (all) => all.length >= 8);
    t.is(events.length, 8);
    await store.close();
  });

  test.serial('an aborted signal ends a call with its reason, and a closed store says so', async (t) => {
    const { store } = await open();
    const signal = AbortSignal.abort(new Error('enough'));
    await t.throwsAsync(store.get('/gantry/x', signal), { message: 'enough' });
    await t.throwsAsync(store.commit(put('/gantry/x', '1'), signal), { message: 'enough' });
    await t.throwsAsync(store.list('/gantry/x/', { signal }), { message: 'enough' });
    const watching = collect(store, freshPrefix(), await store.currentRevision(), () => false);
    await store.close();
    await t.notThrowsAsync(watching);
    t.is(await failureCode(() => store.get('/gantry/x')), 'store-unavailable');
    t.is(await failureCode(() => store.commit(put('/gantry/x', '1'))), 'store-unavailable');
    await t.notThrowsAsync(store.close());
  });
}
