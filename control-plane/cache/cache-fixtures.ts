// Objects and a running cache for tests of the cache and of what reads it.
import { apiVersionOf } from '@gantry/api/definition';
import type { KindDefinition } from '@gantry/api/definition';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { storeKeyOf, valueOf } from '../resources/object-key.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import { createCache } from './create-cache.ts';
import type { CacheDeps, FedCache } from './create-cache.ts';

/** Kinds that the fixtures know. */
export const FIXTURE_KINDS = [namespaceKind, podKind, replicaSetKind] as unknown as KindDefinition[];

/** A small pod; `more` adds to metadata and spec. */
export function pod(
  namespace: string,
  name: string,
  more: { uid?: string; owner?: string; node?: string } = {},
) {
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'set',
    uid: more.owner ?? '',
    controller: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      uid: more.uid ?? `uid-${name}`,
      ...(more.owner === undefined ? {} : { ownerReferences: [owner] }),
    },
    spec: { containers: [], ...(more.node === undefined ? {} : { nodeName: more.node }) },
  } satisfies AnyObject;
}

/** The put of an object where its kind says it lies. */
export function putObject(object: AnyObject): Write {
  return { type: 'put', key: keyFor(object), value: valueOf(object) };
}

/** The deletion of an object. */
export function deleteObject(object: AnyObject): Write {
  return { type: 'delete', key: keyFor(object) };
}

function keyFor(object: AnyObject): string {
  const definition = FIXTURE_KINDS.find(
    (kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion,
  );
  if (definition === undefined) throw new Error(`the fixtures do not know ${object.kind}`);
  const { namespace = '', name = '' } = object.metadata;
  return storeKeyOf(definition, { namespace, name });
}

/** Commits writes without conditions. @returns the revision. */
export async function write(store: Store, ...writes: Write[]): Promise<number> {
  const result = await store.commit({ conditions: [], writes });
  if (!result.ok) throw new Error('a commit without conditions cannot be refused');
  return result.revision;
}

/** A cache that runs on a memory store. */
export interface RunningCache {
  store: Store;
  cache: FedCache;
  clock: VirtualClock;
  stop: () => Promise<void>;
}

/** Starts a cache on `store` and waits for its first list. */
export async function startCache(
  store: Store = createMemoryStore(),
  more: Partial<CacheDeps> = {},
): Promise<RunningCache> {
  const clock = new VirtualClock(1_000_000);
  const random = seededRandom(1);
  const cache = createCache({ store, kinds: FIXTURE_KINDS, clock, random, logger: silentLogger, ...more });
  const controller = new AbortController();
  const running = cache.run(controller.signal);
  await cache.ready();
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  return { store, cache, clock, stop };
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
