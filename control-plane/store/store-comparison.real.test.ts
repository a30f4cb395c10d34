// The memory store against the real thing: the same random operations have to give the same answers, errors and events.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import type { EtcdProcess } from '@gantry/kit/etcd-process';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { operation } from './comparison-operations.ts';
import { compareStores } from './comparison-run.ts';
import { collect, failureCode, put } from './contract-steps.ts';
import { createEtcdStore } from './etcd-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Store } from './store.ts';

/** `GANTRY_COMPARISON_SEEDS=7-300` runs these instead. */
const [from = 1, to = 6] = (process.env['GANTRY_COMPARISON_SEEDS'] ?? '1-6').split('-').map(Number);
const SEQUENCES_PER_SEED = 4;
const OPERATIONS_MAX = 400;
/** A failing sequence is made shorter for so long. */
const SHRINK_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'gantry-comparison-'));
let etcd: EtcdProcess;
let runs = 0;

test.before(async () => {
  const program = await findEtcd({ env: process.env });
  etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
});

test.after.always(async () => {
  await etcd?.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});

test.serial('an empty etcd and an empty memory store begin alike', async (t) => {
  const real = createEtcdStore({ endpoints: [etcd.endpoint] });
  const memory = createMemoryStore({ clock: new VirtualClock() });
  const calls: ((store: Store) => Promise<unknown>)[] = [
    (store) => store.currentRevision(),
    (store) => store.list('', { revision: 1 }),
    (store) => store.list('', { revision: 2 }),
    (store) => store.commit(put('/gantry/first', '1', 0)),
    (store) => store.list('', { revision: 1 }),
    (store) => collect(store, '', 0, (events) => events.length > 0),
    (store) => collect(store, '', 1, (events) => events.length > 0),
    (store) => store.compact(1),
    (store) => store.compact(1),
    (store) => collect(store, '', 0, (events) => events.length > 0),
    (store) => store.compact(2),
    (store) => collect(store, '', 1, (events) => events.length > 0),
    (store) => store.commit({ conditions: [], writes: [{ type: 'delete', key: '/gantry/first' }] }),
    (store) => store.commit({ conditions: [], writes: [] }),
    (store) => store.list(''),
  ];
  for (const [row, call] of calls.entries()) {
    const outcome = async (store: Store): Promise<unknown> => {
      let answer: unknown;
      const code = await failureCode(async () => (answer = await call(store)));
      return code ?? answer;
    };
    t.deepEqual(await outcome(memory), await outcome(real), `row ${row}`);
  }
  await real.close();
});

for (let seed = from; seed <= to; seed++)
  test.serial(`memory and etcd answer the random operations of seed ${seed} alike`, async (t) => {
    const real = createEtcdStore({ endpoints: [etcd.endpoint] });
    const operations = fc.array(operation, { maxLength: OPERATIONS_MAX, size: 'max' });
    await fc.assert(
      fc.asyncProperty(operations, async (sequence) => {
        const memory = createMemoryStore({ clock: new VirtualClock() });
        const difference = await compareStores(memory, real, `/gantry/run-${++runs}/`, sequence);
        await memory.close();
        if (difference !== undefined) throw new Error(JSON.stringify(difference, null, 2));
        t.pass();
      }),
      { seed, numRuns: SEQUENCES_PER_SEED, includeErrorInReport: true, interruptAfterTimeLimit: SHRINK_MS },
    );
    await real.close();
  });
