// Resources over a memory store and a cache, in this process, for tests.
import { kinds } from '@gantry/api/registry';
import type { AnyObject } from '@gantry/api/meta';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { allClaims } from '../addresses/all-claims.ts';
import { DEFAULT_RANGES, type ClusterRanges } from '../addresses/ranges.ts';
import { bootstrap, SYSTEM_USER } from '../admission/bootstrap.ts';
import { admissionSteps } from '../admission/steps.ts';
import { createCache } from '../cache/create-cache.ts';
import type { FedCache } from '../cache/create-cache.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { claimIndexes } from './claims.ts';
import { createResources } from './create-resources.ts';
import type { ResourcesDeps } from './deps.ts';
import type { Resources, WriteContext } from './resources.ts';

/** The hour at which tests begin. */
export const START_MS = Date.parse('2026-01-01T00:00:00Z');

/** Everything that a test of writes touches. */
export interface TestResources {
  resources: Resources;
  deps: ResourcesDeps;
  store: Store;
  cache: FedCache;
  clock: VirtualClock;
  warnings: string[];
  context: (overrides?: Partial<WriteContext>) => WriteContext;
  close: () => Promise<void>;
}

/** `wrapStore` may stand between resources and store; the cache reads the store itself. */
export async function startTestResources(
  wrapStore: (store: Store) => Store = (store) => store,
  { ranges = DEFAULT_RANGES, ...overrides }: Partial<ResourcesDeps> & { ranges?: ClusterRanges } = {},
): Promise<TestResources> {
  const clock = new VirtualClock(START_MS);
  const store = createMemoryStore({ clock });
  const random = seededRandom(7);
  const claims = allClaims(ranges, seededRandom(8));
  const indexes = claimIndexes(claims);
  const cache = createCache({ store, kinds, clock, logger: silentLogger, random, indexes });
  const stop = new AbortController();
  const fed = cache.run(stop.signal);
  const wrapped = wrapStore(store);
  const deps: ResourcesDeps = {
    store: wrapped,
    cache,
    clock,
    ids: idsFrom(random),
    admission: admissionSteps,
    claims,
    ...overrides,
  };
  const resources = createResources(deps);
  const warnings: string[] = [];
  await cache.ready();
  await bootstrap(resources);
  await cache.waitForNewest();
  return {
    resources,
    deps,
    store,
    cache,
    clock,
    warnings,
    context: (more = {}) => ({
      user: SYSTEM_USER,
      fieldManager: 'test',
      fieldValidation: 'Strict',
      dryRun: false,
      fence: [],
      requestId: 'test',
      warn: (sentence) => warnings.push(sentence),
      ...more,
    }),
    async close() {
      stop.abort();
      await fed;
      await store.close();
    },
  };
}

/** A ConfigMap in `default`. */
export function configMap(name: string, data: Record<string, string> = {}): AnyObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

/** A pod of one container in `default`. */
export function pod(name: string, spec: Record<string, unknown> = {}): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox' }], ...spec },
  };
}

/** A Deployment in `default`. */
export function deployment(name: string, replicas = 1): AnyObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'busybox' }] } },
    },
  };
}
