// An owner that the cache cannot read looks absent there, but it exists: its dependents must survive. On a real store,
// cache, resources and engine.
import { setMaxListeners } from 'node:events';
import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { secretKind } from '@gantry/api/kinds/secret';
import { findKind, kinds } from '@gantry/api/registry';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { Registry } from 'prom-client';
import { createCache } from '../../cache/create-cache.ts';
import { createEngineMetrics } from '../../engine/engine-metrics.ts';
import { createEventRecorder } from '../../engine/events.ts';
import { runControllers } from '../../engine/run-controller.ts';
import { createResources } from '../../resources/create-resources.ts';
import { storeKeyOf } from '../../resources/object-key.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { createGarbageControllers } from './garbage-controllers.ts';

const OWNER_KEY = storeKeyOf(configMapKind, { namespace: 'default', name: 'owner' });
const DEPENDENT_KEY = storeKeyOf(secretKind, { namespace: 'default', name: 'dependent' });
const REFERENCE = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'owner-uid' };
const DEPENDENT = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'default', name: 'dependent', uid: 'dependent-uid', ownerReferences: [REFERENCE] },
});

test('dependents of an owner that cannot be read stay, and go once it is truly gone', async (t) => {
  const store = createMemoryStore();
  await store.commit({
    conditions: [],
    writes: [
      { type: 'put', key: OWNER_KEY, value: '{"this is no' },
      { type: 'put', key: DEPENDENT_KEY, value: DEPENDENT },
    ],
  });
  const [clock, logger, random, ids] = [systemClock, silentLogger, systemRandom, systemIds];
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal);
  const cache = createCache({ store, kinds, clock, logger });
  const fed = cache.run(signal);
  await cache.ready();
  t.is(cache.get(configMapKind, { namespace: 'default', name: 'owner' }), undefined, 'the cache lacks it');
  const resourcesDeps = { store, cache, clock, ids, admission: [] };
  const resources = createResources(resourcesDeps);
  const metrics = createEngineMetrics(new Registry());
  const fence = () => [];
  const events = createEventRecorder({ resources, resourcesDeps, fence, clock, metrics, logger });
  const deps = { cache, resources, events, fence, clock, random, ids, metrics, logger };
  const running = runControllers(createGarbageControllers(kinds, findKind), deps, signal);

  const failedDeletes = async (): Promise<number> => {
    const { values } = await metrics.writes.get();
    return values
      .filter(({ labels }) => labels.action === 'delete' && labels.result !== 'done')
      .reduce((sum, { value }) => sum + value, 0);
  };
  while ((await failedDeletes()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.truthy((await store.get(DEPENDENT_KEY)).entry, 'it was about to go, but the store knew better');

  await store.commit({ conditions: [], writes: [{ type: 'delete', key: OWNER_KEY }] });
  while ((await store.get(DEPENDENT_KEY)).entry !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stopping.abort();
  await Promise.all([running, fed]);
  t.pass();
});
