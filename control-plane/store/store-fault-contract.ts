// What a store with a server behind it has to prove: the server is killed, frozen, and compacted under a watch.
import type { TestFn } from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import { collect, failureCode, freshPrefix, mustCommit, put } from './contract-steps.ts';
import type { Store, StoreEvent, Write } from './store.ts';

/** What can be done to the server. */
export interface StoreFaults {
  kill: () => Promise<void>;
  restart: () => Promise<void>;
  /** Resolves when the server really stands still. */
  freeze: () => Promise<void>;
  thaw: () => void;
}

/** No call may take longer, whatever the server does. */
const CALL_BOUND_MS = 8_000;
const REPLAY_EVENTS = 30_000;
const EVENTS_PER_COMMIT = 6;

/** Registers the suite. `open` gives a new store on the server that `faults` act on. */
export function testStoreFaults(test: TestFn, open: () => Promise<Store>, faults: StoreFaults): void {
  test.serial('a watch loses nothing and doubles nothing when etcd is killed amid a replay', async (t) => {
    const store = await open();
    const prefix = freshPrefix();
    const start = await store.currentRevision();
    await writeHistory(store, prefix);
    const numbers: number[] = [];
    const revisions: number[] = [];
    let kills = 0;
    let restarting: Promise<void> = Promise.resolve();
    for await (const batch of store.watch(prefix, start, new AbortController().signal)) {
      numbers.push(...batch.events.map((event) => (event.type === 'put' ? Number(event.value) : NaN)));
      revisions.push(...batch.events.map((event) => event.modRevision));
      if (kills < 2 && numbers.length > (REPLAY_EVENTS / 3) * (kills + 1) - REPLAY_EVENTS / 6) {
        kills++;
        await restarting;
        await faults.kill();
        restarting = faults.restart();
      }
      if (numbers.length >= REPLAY_EVENTS) break;
    }
    await restarting;
    t.is(kills, 2);
    t.is(numbers.length, REPLAY_EVENTS);
    t.is(new Set(numbers).size, REPLAY_EVENTS);
    t.true(revisions.every((revision, index) => index === 0 || revision >= (revisions[index - 1] as number)));
    await store.close();
  });

  test.serial('a watch with nothing to tell goes on across a restart', async (t) => {
    const store = await open();
    const prefix = freshPrefix();
    const before = await mustCommit(store, put(`${prefix}a`, '1'));
    const reader = collect(store, prefix, before, (events) => events.length >= 2);
    await store.currentRevision();
    await faults.kill();
    await faults.restart();
    const second = await eventually(() => mustCommit(store, put(`${prefix}a`, '2')));
    const third = await mustCommit(store, put(`${prefix}a`, '3'));
    t.deepEqual(
      (await reader).events.map((event: StoreEvent) => event.modRevision),
      [second, third],
    );
    await store.close();
  });

  test.serial('history compacted while a watch was cut off is noticed, and a relist goes on', async (t) => {
    const store = await open();
    const prefix = freshPrefix();
    const seen = await mustCommit(store, put(`${prefix}a`, '1'));
    await mustCommit(store, put(`${prefix}a`, '2'));
    const deleted = await mustCommit(store, {
      conditions: [],
      writes: [{ type: 'delete', key: `${prefix}a` }],
    });
    await store.compact(deleted);
    for (const after of [seen, deleted - 1])
      t.is(await failureCode(() => collect(store, prefix, after, () => true)), 'store-compacted');
    const page = await store.list(prefix);
    t.is(page.count, 0);
    const next = await mustCommit(store, put(`${prefix}b`, '3'));
    const { events } = await collect(store, prefix, page.revision, (all) => all.length >= 1);
    t.deepEqual(
      events.map((event) => event.modRevision),
      [next],
    );
    await store.close();
  });

  test.serial('a frozen etcd gives an error within the deadline, and the store recovers', async (t) => {
    const store = await open();
    const prefix = freshPrefix();
    const before = await mustCommit(store, put(`${prefix}a`, '1'));
    const lease = await store.grantLease(60_000);
    const reader = collect(store, prefix, before, (events) => events.some((event) => isPut(event, 'last')));
    await store.currentRevision();
    await faults.freeze();
    const startedMs = performance.now();
    const codes = await Promise.all([
      failureCode(() => store.get(`${prefix}a`)),
      failureCode(() => store.list(prefix)),
      failureCode(() => store.commit(put(`${prefix}b`, '2'))),
      failureCode(() => store.currentRevision()),
      failureCode(() => lease.keepAlive()),
    ]);
    const tookMs = performance.now() - startedMs;
    faults.thaw();
    t.true(tookMs < CALL_BOUND_MS);
    t.is(codes[2], 'store-unavailable');
    for (const code of [...codes.slice(0, 2), ...codes.slice(3)])
      t.true(code === 'store-deadline' || code === 'store-unavailable', code);
    await eventually(() => store.currentRevision());
    await lease.keepAlive();
    await eventually(() => mustCommit(store, put(`${prefix}a`, 'last')));
    const { events } = await reader;
    t.is(new Set(events.map((event) => event.modRevision)).size, events.length);
    await store.close();
  });

  test.serial('an aborted call does not wait for a frozen etcd', async (t) => {
    const store = await open();
    await store.currentRevision();
    await faults.freeze();
    const controller = new AbortController();
    const reading = t.throwsAsync(store.get('/gantry/x', controller.signal), { message: 'enough' });
    controller.abort(new Error('enough'));
    await reading;
    faults.thaw();
    await store.close();
  });

  test.serial('without a server a call fails within its deadline and works once it is back', async (t) => {
    const store = await open();
    await faults.kill();
    const code = await failureCode(() => store.commit(put(`${freshPrefix()}a`, '1')));
    t.is(code, 'store-unavailable');
    await faults.restart();
    t.true((await eventually(() => mustCommit(store, put(`${freshPrefix()}a`, '1')))) > 0);
    await store.close();
  });
}

function isPut(event: StoreEvent, value: string): boolean {
  return event.type === 'put' && event.value === value;
}

/** Many small commits, several at a time, so that a replay takes several answers of etcd. */
async function writeHistory(store: Store, prefix: string): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < REPLAY_EVENTS) {
      const from = next;
      next += EVENTS_PER_COMMIT;
      const writes = Array.from({ length: EVENTS_PER_COMMIT }, (_, index): Write => {
        return { type: 'put', key: `${prefix}${(from + index) % 300}`, value: `${from + index}` };
      });
      await mustCommit(store, { conditions: [], writes });
    }
  };
  await Promise.all(Array.from({ length: 32 }, writer));
}

/** Tries until it works; a server just restarted may refuse at first. */
async function eventually<T>(action: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (tries >= 50) throw error;
      await delay(100);
    }
  }
}
