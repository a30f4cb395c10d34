import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import type { EtcdProcess } from '@gantry/kit/etcd-process';
import { createEtcdStore } from './etcd-store.ts';
import { testStoreContract } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-etcd-store-'));
let etcd: EtcdProcess;

test.before(async () => {
  const program = await findEtcd({ env: process.env });
  etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
});

test.after.always(async () => {
  await etcd?.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});

testStoreContract(test, async () => ({
  store: createEtcdStore({ endpoints: [etcd.endpoint] }),
  passTime: (durationMs) => delay(durationMs),
}));
