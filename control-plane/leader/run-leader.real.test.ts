import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createEtcdStore } from '../store/etcd-store.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { unavailableError } from '../store/store-errors.ts';
import type { Commit, Store } from '../store/store.ts';
import { LEADER_KEY } from './leader-key.ts';
import { LEADER_POLICY, type LeaderPolicy } from './leader-state.ts';
import { createLeadership } from './run-leader.ts';
import type { Leadership, Term } from './run-leader.ts';

interface Replica {
  leadership: Leadership;
  terms: Term[];
  stop: () => Promise<void>;
}

function start(
  identity: string,
  deps: { store: Store; clock: Clock; policy?: LeaderPolicy; lead?: (term: Term) => Promise<void> },
): Replica {
  const terms: Term[] = [];
  const untilOver = (term: Term): Promise<void> =>
    new Promise((resolve) => {
      term.signal.addEventListener('abort', () => {
        resolve();
      });
    });
  const leadership = createLeadership({
    random: seededRandom(1),
    logger: silentLogger,
    identity,
    ...deps,
    lead: (term) => {
      terms.push(term);
      return (deps.lead ?? untilOver)(term);
    },
  });
  const controller = new AbortController();
  const running = leadership.run(controller.signal);
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  return { leadership, terms, stop };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass in small steps, so that every timer finds its work done. */
async function pass(clock: VirtualClock, durationMs: number): Promise<void> {
  await turn();
  for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
    clock.advance(100);
    await turn();
  }
}

/** A write that only the leader of `term` may do. */
function fenced(term: Term | undefined, value: string): Commit {
  if (term === undefined) throw new Error('there is no such term');
  return { conditions: [term.fence()], writes: [{ type: 'put', key: '/gantry/x', value }] };
}

/** A store that can be cut off: calls fail, or stand still until it is healed. */
function cuttable(store: Store): { store: Store; cut: (how: 'fails' | 'hangs' | undefined) => void } {
  let how: 'fails' | 'hangs' | undefined;
  let heal: () => void = () => undefined;
  let healed = Promise.resolve();
  const through = async <T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (how === 'fails') throw unavailableError('cut off');
    if (how === 'hangs')
      await Promise.race([
        healed,
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        }),
      ]);
    return call();
  };
  const cutStore: Store = Object.assign(Object.create(store) as Store, {
    get: (key: string, signal?: AbortSignal) => through(() => store.get(key, signal), signal),
    commit: (commit: Commit, signal?: AbortSignal) => through(() => store.commit(commit, signal), signal),
    grantLease: async (ttlMs: number, signal?: AbortSignal) => {
      const lease = await through(() => store.grantLease(ttlMs, signal), signal);
      const keepAlive = (inner?: AbortSignal) => through(() => lease.keepAlive(inner), inner);
      return { id: lease.id, keepAlive, revoke: () => through(() => lease.revoke()) };
    },
  });
  const cut = (next: typeof how): void => {
    heal();
    how = next;
    if (next === 'hangs') healed = new Promise((resolve) => (heal = resolve));
  };
  return { store: cutStore, cut };
}

test('one of two leads; when it is stopped the other follows at once, and the first one is fenced off', async (t) => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const a = start('a', { store, clock });
  await pass(clock, 100);
  const b = start('b', { store, clock });
  await pass(clock, 60_000);
  t.deepEqual(
    [a.leadership.leads(), b.leadership.leads(), a.terms.length, b.terms.length],
    [true, false, 1, 0],
  );
  t.true((await store.commit(fenced(a.terms[0], '1'))).ok);
  await a.stop();
  t.false(a.leadership.leads());
  t.true(a.terms[0]?.signal.aborted);
  t.is((await store.get(LEADER_KEY)).entry, undefined);
  await pass(clock, 1_100);
  t.true(b.leadership.leads());
  t.false((await store.commit(fenced(a.terms[0], '2'))).ok);
  t.true((await store.commit(fenced(b.terms[0], '3'))).ok);
  await b.stop();
  t.is(clock.nextDueMs(), undefined);
});

for (const how of ['fails', 'hangs'] as const)
  test(`a leader whose store ${how} steps down before its lease can have expired, and may lead again`, async (t) => {
    const clock = new VirtualClock();
    const base = createMemoryStore({ clock });
    const { store, cut } = cuttable(base);
    const a = start('a', { store, clock });
    t.teardown(() => a.stop());
    await pass(clock, 10_000);
    const b = start('b', { store: base, clock });
    await pass(clock, 1_000);
    cut(how);
    let bothLed = false;
    for (let step = 0; step < 100; step++) {
      await pass(clock, 100);
      bothLed ||= a.leadership.leads() && b.leadership.leads();
    }
    t.deepEqual([a.leadership.leads(), b.leadership.leads(), bothLed], [false, true, false]);
    cut(undefined);
    await b.stop();
    await pass(clock, 6_000);
    t.true(a.leadership.leads());
    t.is(a.terms.length, 2);
  });

test('a leader whose key was taken away notices and steps down', async (t) => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const a = start('a', { store, clock });
  t.teardown(() => a.stop());
  await pass(clock, 500);
  await store.commit({ conditions: [], writes: [{ type: 'delete', key: LEADER_KEY }] });
  await pass(clock, LEADER_POLICY.renewEveryMs);
  t.true(a.terms[0]?.signal.aborted);
  await pass(clock, 2_000);
  t.true(a.leadership.leads());
});

test('a replica that comes back takes over from its former life without waiting', async (t) => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const before = start('a', { store, clock });
  t.teardown(() => before.stop());
  await pass(clock, 500);
  const after = start('a', { store, clock });
  await pass(clock, 200);
  t.true(after.leadership.leads());
  t.false((await store.commit(fenced(before.terms[0], '1'))).ok);
  t.true((await store.commit(fenced(after.terms[0], '2'))).ok);
  await after.stop();
});

test('a commit in doubt that did happen is found by reading back', async (t) => {
  const clock = new VirtualClock();
  const base = createMemoryStore({ clock });
  let doubts = 1;
  const store: Store = Object.assign(Object.create(base) as Store, {
    get: (key: string) => base.get(key),
    grantLease: (ttlMs: number) => base.grantLease(ttlMs),
    commit: async (commit: Commit) => {
      const result = await base.commit(commit);
      if (doubts-- > 0) throw unavailableError('may or may not have happened');
      return result;
    },
  });
  const a = start('a', { store, clock });
  t.teardown(() => a.stop());
  await pass(clock, 100);
  t.true(a.leadership.leads());
  t.true((await base.commit(fenced(a.terms[0], '1'))).ok);
});

test('work that fails gives the place back, and is begun again later', async (t) => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const a = start('a', {
    store,
    clock,
    lead: async ({ signal }) => {
      await sleep(clock, 300, signal);
      throw new Error('broken');
    },
  });
  await pass(clock, 5_000);
  t.true(a.terms.length >= 3);
  t.true(a.terms.slice(0, -1).every((term) => term.signal.aborted));
  await a.stop();
  t.is((await store.get(LEADER_KEY)).entry, undefined);
});

test('on etcd a leader that was frozen cannot write when it wakes, and steps down', async (t) => {
  const program = await findEtcd({ env: process.env });
  const folder = mkdtempSync(join(tmpdir(), 'gantry-leader-'));
  const etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
  const policy = { ttlMs: 2_000, stepDownMs: 1_400, renewEveryMs: 400, renewAgainMs: 100, lookEveryMs: 100 };
  const stores = [
    createEtcdStore({ endpoints: [etcd.endpoint] }),
    createEtcdStore({ endpoints: [etcd.endpoint] }),
  ];
  const [mine, others] = stores as [Store, Store];
  // A frozen process: its clock stands still, and it sends nothing.
  const clock = new VirtualClock();
  const { store, cut } = cuttable(mine);
  const a = start('a', { store, clock, policy });
  while (!a.leadership.leads()) await delay(10);
  cut('hangs');
  const b = start('b', { store: others, clock: systemClock, policy });
  while (!b.leadership.leads()) await delay(20);
  t.true(a.leadership.leads());
  t.false((await mine.commit(fenced(a.terms[0], 'from the grave'))).ok);
  t.true((await others.commit(fenced(b.terms[0], 'alive'))).ok);
  clock.advance(60_000);
  cut(undefined);
  while (a.leadership.leads()) await delay(10);
  t.true(b.leadership.leads());
  await Promise.all([a.stop(), b.stop()]);
  t.is((await others.get(LEADER_KEY)).entry, undefined);
  await Promise.all(stores.map((each) => each.close()));
  await etcd.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});
