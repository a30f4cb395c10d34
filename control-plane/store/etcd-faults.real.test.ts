import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import type { EtcdProcess } from '@gantry/kit/etcd-process';
import { createEtcdStore } from './etcd-store.ts';
import { testStoreFaults } from './store-fault-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-etcd-faults-'));
let etcd: EtcdProcess;

test.before(async () => {
  const program = await findEtcd({ env: process.env });
  etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
});

test.after.always(async () => {
  await etcd?.stop(1_000);
  rmSync(folder, { recursive: true, force: true });
});

/** The signal reaches one thread after the other. */
function standsStill(pid: number): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.every((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').includes(') T '));
}

testStoreFaults(test, async () => createEtcdStore({ endpoints: [etcd.endpoint] }), {
  kill: async () => {
    etcd.signal('SIGKILL');
    await etcd.exited;
  },
  restart: async () => {
    etcd = await startEtcd(etcd.settings);
  },
  freeze: async () => {
    etcd.signal('SIGSTOP');
    while (!standsStill(etcd.pid)) await delay(5);
  },
  thaw: () => {
    etcd.signal('SIGCONT');
  },
});
