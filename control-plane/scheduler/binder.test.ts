// What becomes of a bind that is refused, or whose outcome nobody knows, on a real store and cache.
import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { kinds } from '@gantry/api/registry';
import { conflict, timeout } from '@gantry/api/status-error';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import { Registry } from 'prom-client';
import { createCache } from '../cache/create-cache.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { storeKeyOf, valueOf } from '../resources/object-key.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { ChangeAnswer } from '../resources/change-together.ts';
import { bindPods, type Binding } from './bind-pods.ts';
import { Binder } from './binder.ts';
import { createSchedulerMetrics } from './scheduler-metrics.ts';
import { aPod, view } from './test-cluster.ts';

/** Binds pod `p` to node `a` in a world where `bind` goes as told; says what the scheduler was told. */
async function bound(
  pod: Pod,
  bind: (deps: ResourcesDeps, binding: Binding) => Promise<ChangeAnswer>,
): Promise<{ told: string[]; node: string | undefined; status: string | undefined }> {
  const store = createMemoryStore();
  const [clock, logger] = [systemClock, silentLogger];
  const key = storeKeyOf(podKind, { namespace: 'default', name: 'p' });
  await store.commit({ conditions: [], writes: [{ type: 'put', key, value: valueOf(pod) }] });
  const stopping = new AbortController();
  const cache = createCache({ store, kinds, clock, logger });
  const fed = cache.run(stopping.signal);
  await cache.ready();
  const deps: ResourcesDeps = { store, cache, clock, ids: systemIds, admission: [] };
  const told: string[] = [];
  const binder = new Binder(
    {
      ...{ cache, clock, logger, metrics: createSchedulerMetrics(new Registry()) },
      bind: (bindings) => Promise.all(bindings.map((binding) => bind(deps, binding))),
      recordEvent: ({ reason }) => void told.push(reason),
      onBound: () => void told.push('bound'),
      onNotBound: () => void told.push('not bound'),
    },
    stopping.signal,
  );
  binder.start([{ pod: view('p'), node: 'a' }]);
  await binder.allDone();
  await cache.waitForNewest();
  stopping.abort();
  await fed;
  const after = cache.get(podKind, { namespace: 'default', name: 'p' });
  const condition = after?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return { told, node: after?.spec.nodeName, status: condition?.status };
}

const write = async (deps: ResourcesDeps, binding: Binding): Promise<ChangeAnswer> =>
  (await bindPods(deps, [binding], { fence: [] }))[0] ?? 'done';

test('a bind sets node and condition in one write, and is told', async (t) => {
  t.deepEqual(await bound(aPod('p'), write), { told: ['bound', 'Scheduled'], node: 'a', status: 'True' });
});

test('a bind that got through though its answer was lost is found to have done so', async (t) => {
  const lost = async (deps: ResourcesDeps, binding: Binding): Promise<ChangeAnswer> => {
    await write(deps, binding);
    return { error: timeout('no answer') };
  };
  t.deepEqual(await bound(aPod('p'), lost), { told: ['bound', 'Scheduled'], node: 'a', status: 'True' });
});

test('a bind whose answer was lost and that did not get through gives the room back', async (t) => {
  const lost = (): Promise<ChangeAnswer> => Promise.resolve({ error: timeout('no answer') });
  t.deepEqual(await bound(aPod('p'), lost), { told: ['not bound'], node: undefined, status: undefined });
});

test('a bind that meets a newer state of the pod is made on that', async (t) => {
  const racing = async (deps: ResourcesDeps, binding: Binding): Promise<ChangeAnswer> => {
    const key = storeKeyOf(podKind, binding.key);
    const cache = { get: () => aPod('p'), expect: () => undefined };
    const stale = { ...deps, cache } as unknown as ResourcesDeps;
    await deps.store.commit({ conditions: [], writes: [{ type: 'put', key, value: valueOf(aPod('p')) }] });
    return write(stale, binding);
  };
  t.is((await bound(aPod('p'), racing)).node, 'a');
});

for (const [title, pod] of [
  ['is on another node already', { ...aPod('p'), spec: { ...aPod('p').spec, nodeName: 'b' } }],
  ['is being deleted', aPod('p', { terminating: true })],
  ['is another one of the same name', { ...aPod('p'), metadata: { ...aPod('p').metadata, uid: 'other' } }],
] as const) {
  test(`a pod that ${title} is not bound`, async (t) => {
    const { told, node } = await bound(pod, write);
    t.deepEqual(told, ['not bound']);
    t.is(node, pod.spec.nodeName);
  });
}

test('a refusal is certain: nothing is waited for', async (t) => {
  const refused = (_deps: ResourcesDeps, { key }: Binding): Promise<ChangeAnswer> =>
    Promise.resolve({ error: conflict(podKind, key.name, 'no') });
  t.deepEqual((await bound(aPod('p'), refused)).told, ['not bound']);
});
