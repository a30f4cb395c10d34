// The same storm against a real etcd.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { findEtcd, startEtcd, type EtcdProcess } from '@gantry/kit/etcd-process';
import { seededRandom } from '@gantry/kit/random';
import { createEtcdStore } from '../store/etcd-store.ts';
import { FORMS, startStorm, type StormStep } from './address-storm.ts';

const WAVES = 25;
const STEPS = 40;

const folder = mkdtempSync(join(tmpdir(), 'gantry-storm-'));
let etcd: EtcdProcess;

test.before(async () => {
  const program = await findEtcd({ env: process.env });
  etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
});

test.after.always(async () => {
  await etcd?.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});

test('with a real etcd too no address is given twice and none is lost', async (t) => {
  t.timeout(120_000);
  const store = createEtcdStore({ endpoints: [etcd.endpoint] });
  const storm = await startStorm(store, systemClock, 1, 0.1);
  const random = seededRandom(2);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
  let granted = 0;
  for (let wave = 0; wave < WAVES; wave += 1) {
    const steps = Array.from({ length: STEPS }, (): StormStep => ({
      server: pick([0, 1]),
      type: pick(['create', 'create', 'delete', 'change']),
      service: Math.floor(random.next() * 20),
      form: pick(Object.keys(FORMS) as StormStep['form'][]),
    }));
    granted += await storm.wave(steps);
    t.deepEqual(await storm.findings(), []);
  }
  await storm.stop();
  await store.close();
  t.true(granted > WAVES, `only ${granted} requests were granted`);
});
