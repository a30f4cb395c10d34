import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import type { EtcdProcess } from '@gantry/kit/etcd-process';
import { freshPrefix, mustCommit, put } from './contract-steps.ts';
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

test.serial('a watch that nobody reads holds up no other call, and loses nothing', async (t) => {
  const store = createEtcdStore({ endpoints: [etcd.endpoint] });
  const prefix = freshPrefix();
  const start = await mustCommit(store, put(`${prefix}first`, '1'));
  const watch = store.watch(prefix, start - 1, new AbortController().signal)[Symbol.asyncIterator]();
  await watch.next();
  const value = 'x'.repeat(1_000_000);
  for (let index = 0; index < 40; index++) await mustCommit(store, put(`${prefix}big`, value));
  t.is((await store.get(`${prefix}big`)).entry?.value.length, value.length);
  t.is((await store.list(prefix)).count, 2);
  let events = 0;
  while (events < 40) {
    const step = await watch.next();
    events += step.done === true ? Infinity : step.value.events.length;
  }
  t.is(events, 40);
  await watch.return?.();
  await store.close();
});

test.serial('a refusal tells what holds, also when history is compacted just then', async (t) => {
  const store = createEtcdStore({ endpoints: [etcd.endpoint] });
  const key = `${freshPrefix()}contested`;
  for (let round = 0; round < 100; round += 1) {
    const modRevision = await mustCommit(store, put(key, `${round}`));
    const later = mustCommit(store, put(`${key}-other`, 'x')).then((revision) => store.compact(revision));
    const [result] = await Promise.all([store.commit(put(key, 'never', modRevision - 1)), later]);
    t.deepEqual(result.ok ? [] : result.current.map(({ value }) => value), [`${round}`]);
  }
  await store.close();
});
