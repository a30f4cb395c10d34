// The scheduler on a real store, cache and resources: pods get bound, reasons get told, fences hold.
import test from 'ava';
import { kinds } from '@gantry/api/registry';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { silentLogger } from '@gantry/kit/logger';
import { systemClock } from '@gantry/kit/clock';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { Registry } from 'prom-client';
import { createCache } from '../cache/create-cache.ts';
import { createEngineMetrics } from '../engine/engine-metrics.ts';
import { createEventRecorder } from '../engine/events.ts';
import { storeKeyOf, valueOf } from '../resources/object-key.ts';
import { writeContextOf } from '../engine/write-context.ts';
import { createResources } from '../resources/create-resources.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Condition, Store } from '../store/store.ts';
import { runScheduler } from './run-scheduler.ts';
import { createSchedulerMetrics } from './scheduler-metrics.ts';
import { aNode, aPod } from './test-cluster.ts';

interface Lab {
  store: Store;
  /** Into the store as they are. */
  put(...objects: AnyObject[]): Promise<void>;
  /** As a client makes them. */
  create(...pods: Pod[]): Promise<void>;
  pods(): readonly Pod[];
  events(): readonly Event[];
  /** Resolves once the cache holds what `holds` wants. */
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

async function startLab(fence: () => readonly Condition[] = () => []): Promise<Lab> {
  const store = createMemoryStore();
  const clock = systemClock;
  const cache = createCache({ store, kinds, clock, logger: silentLogger });
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = [cache.run(signal)];
  await cache.ready();
  const resourcesDeps: ResourcesDeps = { store, cache, clock, ids: systemIds, admission: [] };
  const resources = createResources(resourcesDeps);
  const registry = new Registry();
  const engine = createEngineMetrics(registry);
  const events = createEventRecorder({
    ...{ resources, resourcesDeps, fence, clock },
    metrics: engine,
    logger: silentLogger,
  });
  running.push(events.run(signal));
  const metrics = createSchedulerMetrics(registry);
  const logger = silentLogger;
  const random = systemRandom;
  running.push(runScheduler({ cache, resourcesDeps, events, fence, clock, random, logger, metrics }, signal));
  const put = async (...objects: AnyObject[]): Promise<void> => {
    const writes = objects.map((object) => {
      const definition = kinds.find(({ kind }) => kind === object.kind);
      if (definition === undefined) throw new Error(object.kind);
      const { namespace = '', name = '' } = object.metadata;
      return {
        type: 'put' as const,
        key: storeKeyOf(definition, { namespace, name }),
        value: valueOf(object),
      };
    });
    await store.commit({ conditions: [], writes });
  };
  await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', uid: 'ns' } });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const context = writeContextOf({ component: 'test', fence: () => [], requestId: '', signal });
  return {
    store,
    put,
    create: async (...pods) => {
      await Promise.all(pods.map((pod) => resources.create(podKind, withoutIdentity(pod), context)));
    },
    pods: () => cache.list<Pod>(podKind),
    events: () => cache.list<Event>(eventKind),
    until,
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function withoutIdentity(pod: Pod): Pod {
  const { uid: _uid, resourceVersion: _revision, ...metadata } = pod.metadata;
  return { ...pod, metadata };
}

const isBound = (pod: Pod): boolean => (pod.spec.nodeName ?? '') !== '';
const scheduled = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');

test('pods get a node, the condition and an Event', async (t) => {
  const lab = await startLab();
  await lab.put(aNode('a'), aNode('b'));
  await lab.create(...Array.from({ length: 40 }, (_, index) => aPod(`p${index}`, { ownerUid: 'rs' })));
  await lab.until(() => lab.pods().length === 40 && lab.pods().every(isBound));
  await lab.until(() => lab.events().length === 40);
  await lab.stop();
  t.deepEqual(
    ['a', 'b'].map((node) => lab.pods().filter(({ spec }) => spec.nodeName === node).length),
    [20, 20],
  );
  t.true(lab.pods().every((pod) => scheduled(pod)?.status === 'True'));
  const [event] = lab.events();
  t.is(event?.reason, 'Scheduled');
  t.regex(event?.message ?? '', /^Successfully assigned default\/p\d+ to [ab]$/);
});

test('a pod that fits nowhere is told why, and is bound once there is room', async (t) => {
  const lab = await startLab();
  await lab.put(aNode('a', { allocatable: { memory: '1Gi' } }));
  await lab.create(aPod('big', { requests: { memory: '2Gi' } }));
  await lab.until(() => lab.pods().some((pod) => scheduled(pod)?.status === 'False'));
  const [waiting] = lab.pods();
  t.is(waiting && scheduled(waiting)?.reason, 'Unschedulable');
  t.is(waiting && scheduled(waiting)?.message, '0/1 nodes are available: 1 Insufficient memory.');
  await lab.until(() => lab.events().some(({ reason }) => reason === 'FailedScheduling'));
  await lab.put(aNode('b'));
  await lab.until(() => lab.pods().every(isBound));
  await lab.stop();
  t.is(lab.pods()[0]?.spec.nodeName, 'b');
});

test('a pod is bound when another one leaves', async (t) => {
  const lab = await startLab();
  const full = aPod('first', { requests: { cpu: '4' }, spec: { nodeName: 'a' } });
  await lab.put(aNode('a'), full);
  await lab.create(aPod('second', { requests: { cpu: '4' } }));
  const second = (): Pod | undefined => lab.pods().find(({ metadata }) => metadata.name === 'second');
  await lab.until(() => second() !== undefined && scheduled(second() as Pod)?.status === 'False');
  await lab.store.commit({
    conditions: [],
    writes: [{ type: 'delete', key: storeKeyOf(podKind, { namespace: 'default', name: 'first' }) }],
  });
  await lab.until(() => isBound(second() as Pod));
  await lab.stop();
  t.pass();
});

test('a pod of higher priority has another one leave, gracefully, and then takes its place', async (t) => {
  const lab = await startLab();
  const low = aPod('low', { requests: { cpu: '4' }, spec: { nodeName: 'a' } });
  await lab.put(aNode('a'), low);
  await lab.create(aPod('high', { requests: { cpu: '3' }, spec: { priority: 10 } }));
  const named = (name: string): Pod | undefined => lab.pods().find(({ metadata }) => metadata.name === name);
  await lab.until(() => named('low')?.metadata.deletionTimestamp !== undefined);
  await lab.until(() => named('high')?.status?.nominatedNodeName === 'a');
  const victim = named('low');
  t.is(victim?.metadata.deletionGracePeriodSeconds, 30);
  t.like(
    victim?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget'),
    { status: 'True', reason: 'PreemptionByScheduler' },
  );
  t.is(named('high') && scheduled(named('high') as Pod)?.reason, 'Unschedulable');
  await lab.until(() => lab.events().some(({ reason }) => reason === 'Preempted'));
  const event = lab.events().find(({ reason }) => reason === 'Preempted');
  t.is(event?.involvedObject.name, 'low');
  t.is(event?.message, `Preempted by pod ${named('high')?.metadata.uid} on node a`);
  await lab.store.commit({
    conditions: [],
    writes: [{ type: 'delete', key: storeKeyOf(podKind, { namespace: 'default', name: 'low' }) }],
  });
  await lab.until(() => isBound(named('high') as Pod));
  await lab.stop();
  t.is(named('high')?.spec.nodeName, 'a');
  t.is(named('high')?.status?.nominatedNodeName, undefined);
});

test('pods of another scheduler, bound pods and ended pods are left alone', async (t) => {
  const lab = await startLab();
  await lab.put(
    aNode('a'),
    aPod('foreign', { spec: { schedulerName: 'other' } }),
    { ...aPod('ended'), status: { phase: 'Failed' } },
    aPod('plain'),
  );
  await lab.until(() => lab.pods().some(isBound));
  await lab.stop();
  t.deepEqual(
    lab
      .pods()
      .filter(isBound)
      .map(({ metadata }) => metadata.name),
    ['plain'],
  );
});

test('a scheduler whose fence no longer holds binds nothing', async (t) => {
  const lab = await startLab(() => [{ key: '/gantry/leader', modRevision: 999 }]);
  await lab.put(aNode('a'), aPod('p'));
  const start = await lab.store.currentRevision();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await lab.stop();
  t.is(await lab.store.currentRevision(), start);
  t.false(lab.pods().some(isBound));
});

test('a node object that goes takes no more pods', async (t) => {
  const lab = await startLab();
  const gone: Node = aNode('a');
  await lab.put(gone, aNode('b'));
  await lab.store.commit({
    conditions: [],
    writes: [{ type: 'delete', key: storeKeyOf(nodeKind, { namespace: '', name: 'a' }) }],
  });
  await lab.create(...Array.from({ length: 6 }, (_, index) => aPod(`p${index}`)));
  await lab.until(() => lab.pods().length === 6 && lab.pods().every(isBound));
  await lab.stop();
  t.true(lab.pods().every(({ spec }) => spec.nodeName === 'b'));
});
