import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { systemClock } from '@gantry/kit/clock';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { createEtcdStore } from '../store/etcd-store.ts';
import { withGroupCommit } from '../store/group-commit.ts';
import { FIXTURE_KINDS, deleteObject, pod, putObject } from './cache-fixtures.ts';
import { createCache } from './create-cache.ts';

test('whatever happens to etcd, the cache ends where the store is, and its events tell how', async (t) => {
  const program = await findEtcd({ env: process.env });
  const folder = mkdtempSync(join(tmpdir(), 'gantry-cache-etcd-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  let etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
  const store = withGroupCommit(createEtcdStore({ endpoints: [etcd.endpoint] }));
  const cache = createCache({ store, kinds: FIXTURE_KINDS, clock: systemClock, logger: silentLogger });
  const controller = new AbortController();
  const running = cache.run(controller.signal);
  await cache.ready();
  const told = new Map<string, string>();
  cache.onEvent(podKind, (event) => {
    const { name = '', resourceVersion = '' } = event.object.metadata;
    if (event.type === 'DELETED') told.delete(name);
    else told.set(name, resourceVersion);
  });
  const random = seededRandom(5);
  const writeSome = async (count: number): Promise<void> => {
    const commits = Array.from({ length: count }, async () => {
      const name = `pod-${Math.floor(random.next() * 200)}`;
      const object = pod('web', name, { node: `n${Math.floor(random.next() * 5)}` });
      const write = random.next() < 0.3 ? deleteObject(object) : putObject(object);
      // With etcd away some writes are lost; which ones does not matter here.
      await store.commit({ conditions: [], writes: [write] }).catch(() => undefined);
    });
    await Promise.all(commits);
  };
  for (const fault of ['none', 'kill', 'kill-and-compact', 'kill'] as const) {
    const writing = writeSome(800);
    if (fault !== 'none') {
      await delay(20);
      etcd.signal('SIGKILL');
      await etcd.exited;
      etcd = await startEtcd(etcd.settings);
    }
    await writing;
    await writeSome(200);
    if (fault === 'kill-and-compact') await store.compact(await store.currentRevision());
  }
  await writeSome(50);
  await cache.waitForNewest();
  const page = await store.list('/gantry/core/pods/');
  const inStore = page.entries.map((entry) => [entry.key.split('/').at(-1), String(entry.modRevision)]);
  const inCache = cache.list(podKind).map((each) => [each.metadata.name, each.metadata.resourceVersion]);
  t.true(inStore.length > 20);
  t.deepEqual(inCache.sort(), inStore.sort());
  t.deepEqual([...told].sort(), inStore.sort());
  controller.abort();
  await running;
  await store.close();
  await etcd.stop(1_000);
});
