// When pods come into the traffic of Services and when they are out of it: rows, and a property over interleavings.
import test from 'ava';
import fc from 'fast-check';
import { endpointSliceKind } from '@gantry/api/kinds/endpoint-slice';
import {
  DRAINED_REVISION_ANNOTATION,
  leaseKind,
  PROXY_REVISION_ANNOTATION,
  SPLIT_REVISION_ANNOTATION,
} from '@gantry/api/kinds/lease';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { controllerOf } from '@gantry/api/owner-references';
import { isAlreadyExists, isConflict, isNotFound } from '@gantry/api/status-error';
import { isInTraffic, trafficMarkOf } from '@gantry/api/traffic-mark';
import type { Controller } from '../../engine/controller.ts';
import { passIn, settle, settleAll } from '../../engine/settle.ts';
import {
  emptyWorld,
  readerOf,
  withAction,
  withChange,
  withDeletion,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { endpointSliceController } from '../endpoint-slice/endpoint-slice-controller.ts';
import { aRunningPod, aService, SERVICE_KEY, slicesOf } from '../endpoint-slice/toy-service.ts';
import { isDeleting } from '../pod-condition.ts';
import { liveProxies } from './observe.ts';
import { podTrafficController } from './pod-traffic-controller.ts';

const slices = endpointSliceController() as Controller;
const traffic = podTrafficController() as Controller;
const LEASES = 'kube-node-lease';
const podKey = (number: number) => ({ namespace: 'default', name: `web-${number}` });
const unmarked = (number: number, ready = true): Pod =>
  aRunningPod(number, { ready, metadata: { uid: `pod-${number}`, annotations: {} } });

function withNode(world: World, name: string): World {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status: readiness(true) };
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: LEASES, name },
  };
  return withObject(withObject(world, nodeKind, node), leaseKind, { ...lease, spec: {} });
}

const readiness = (isReady: boolean) => ({
  conditions: [{ type: 'Ready' as const, status: isReady ? ('True' as const) : ('False' as const) }],
});

function confirmed(world: World, node: string, revision: number, drained?: number): World {
  const annotations = {
    [PROXY_REVISION_ANNOTATION]: String(revision),
    ...(drained === undefined ? {} : { [DRAINED_REVISION_ANNOTATION]: String(drained) }),
  };
  return withChange(world, leaseKind, { namespace: LEASES, name: node }, (lease) => ({
    ...lease,
    metadata: { ...lease.metadata, annotations },
  }));
}

function lost(world: World, name: string): World {
  const key = { namespace: '', name };
  return withChange(world, nodeKind, key, (node) => ({ ...node, status: readiness(false) }), 'status');
}

function serviceIn(world: World): Service | undefined {
  return readerOf(world).get(serviceKind, SERVICE_KEY);
}

function withoutService(world: World): World {
  return withDeletion(world, serviceKind, SERVICE_KEY);
}

/** Those of a Service that is gone. */
function withoutSlices(world: World): World {
  const uid = serviceIn(world)?.metadata.uid;
  return slicesOf(world)
    .filter((slice) => controllerOf(slice)?.uid !== uid)
    .reduce((next, { metadata: { namespace = '', name = '' } }) => {
      return withDeletion(next, endpointSliceKind, { namespace, name });
    }, world);
}

function markOf(world: World, number: number): string {
  const pod = readerOf(world).get(podKind, podKey(number));
  return pod === undefined ? 'gone' : trafficMarkOf(pod).type;
}

/** A Service with two pods that are ready, and two nodes whose proxies know of nothing yet. */
function start(): World {
  const nodes = withNode(withNode(emptyWorld(), 'n1'), 'n2');
  const world = withObjects(withObject(nodes, serviceKind, aService()), podKind, [unmarked(1), unmarked(2)]);
  return settleAll([slices, traffic], confirmed(confirmed(world, 'n1', 1), 'n2', 1)).world;
}

test('the proxies of live nodes say how far they are with pods and with splits', (t) => {
  const names = ['n1', 'n2', 'n3', 'n4'];
  let world = names.reduce(withNode, emptyWorld());
  world = confirmed(world, 'n1', 7);
  world = confirmed(world, 'n2', 7, 5);
  world = confirmed(world, 'n3', 7, 9);
  const splits = (name: string, text: string): World =>
    withChange(world, leaseKind, { namespace: LEASES, name }, ({ metadata, ...lease }) => ({
      ...lease,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [SPLIT_REVISION_ANNOTATION]: text } },
    }));
  world = splits('n1', '12');
  world = splits('n2', '12x');
  world = splits('n4', '12');
  t.deepEqual(liveProxies(readerOf(world)), [
    { node: 'n1', revision: 7, drained: 7, splits: 12 },
    { node: 'n2', revision: 7, drained: 5, splits: 0 },
    { node: 'n3', revision: 7, drained: 7, splits: 0 },
  ]);
  t.is(liveProxies(readerOf(lost(world, 'n1'))).length, 2);
  const young = withDeletion(world, leaseKind, { namespace: LEASES, name: 'n4' });
  t.deepEqual(liveProxies(readerOf(young)).at(-1), { node: 'n4', revision: 0, drained: 0, splits: 0 });
});

test('a pod is marked first, and called ready then', (t) => {
  const bare = withObject(withObject(emptyWorld(), serviceKind, aService()), podKind, unmarked(1));
  const before = settle(slices, bare, SERVICE_KEY).world;
  t.is(slicesOf(before)[0]?.endpoints[0]?.conditions?.ready, false);
  const marked = settle(traffic, before, podKey(1)).world;
  t.is(markOf(marked, 1), 'published');
  const after = settle(slices, marked, SERVICE_KEY).world;
  t.is(slicesOf(after)[0]?.endpoints[0]?.conditions?.ready, true);
});

test('a pod that is not ready, or that no Service selects, gets no mark', (t) => {
  const world = withObjects(withObject(emptyWorld(), serviceKind, aService()), podKind, [
    unmarked(1, false),
    aRunningPod(2, { metadata: { labels: { app: 'other' }, annotations: {} } }),
  ]);
  const { world: end } = settleAll([slices, traffic], world);
  t.deepEqual([markOf(end, 1), markOf(end, 2)], ['none', 'none']);
});

test('a pod that is being stopped waits for its slices, then for all proxies', (t) => {
  const deleted = withDeletion(start(), podKind, podKey(1));
  const early = passIn(deleted, traffic, podKey(1));
  t.like(early?.plan.reasons[0], { type: 'waiting-for-slices', services: ['web'] });
  const { world } = settleAll([slices, traffic], deleted);
  const mark = trafficMarkOf(readerOf(world).get(podKind, podKey(1)) as Pod);
  t.is(mark.type, 'withdrawing');
  const revision = mark.type === 'withdrawing' ? mark.revision : 0;
  const one = settle(traffic, confirmed(world, 'n1', revision), podKey(1)).world;
  const waiting = passIn(one, traffic, podKey(1));
  t.like(waiting?.plan.reasons[0], { type: 'waiting-for-proxies', count: 1, nodes: ['n2'] });
  t.is(markOf(settle(traffic, confirmed(one, 'n2', revision - 1), podKey(1)).world, 1), 'withdrawing');
  t.is(markOf(settle(traffic, confirmed(one, 'n2', revision), podKey(1)).world, 1), 'withdrawn');
});

test('a pod that is being stopped waits for the requests that are under way to it', (t) => {
  const { world } = settleAll([slices, traffic], withDeletion(start(), podKind, podKey(1)));
  const mark = trafficMarkOf(readerOf(world).get(podKind, podKey(1)) as Pod);
  const revision = mark.type === 'withdrawing' ? mark.revision : 0;
  const one = settle(traffic, confirmed(world, 'n1', revision, revision), podKey(1)).world;
  const busy = confirmed(one, 'n2', revision, revision - 1);
  t.is(markOf(settle(traffic, busy, podKey(1)).world, 1), 'withdrawing');
  const quiet = confirmed(busy, 'n2', revision, revision);
  const [lease] = (traffic.triggers ?? []).filter(({ definition }) => definition === leaseKind);
  const [before, after] = [busy, quiet].map((each) =>
    readerOf(each).get(leaseKind, { namespace: LEASES, name: 'n2' }),
  );
  t.false(before === undefined || after === undefined || lease?.ignores?.(after, before));
  t.is(markOf(settle(traffic, quiet, podKey(1)).world, 1), 'withdrawn');
});

test('a pod that its slices do not have yet is waited for: what is being written may call it ready', (t) => {
  const marked = settle(traffic, withObject(start(), podKind, unmarked(3)), podKey(3)).world;
  const late = passIn(marked, slices, SERVICE_KEY);
  const deleted = withDeletion(marked, podKind, podKey(3));
  t.like(passIn(deleted, traffic, podKey(3))?.plan.reasons[0], { type: 'waiting-for-slices' });
  const written = (late?.plan.actions ?? []).reduce(withAction, deleted);
  t.like(passIn(written, traffic, podKey(3))?.plan.reasons[0], { type: 'waiting-for-slices' });
});

test('a node that is away is not waited for, nor one without a proxy', (t) => {
  const { world } = settleAll([slices, traffic], withDeletion(start(), podKind, podKey(1)));
  const revision = readerOf(world).revision;
  const lonely = lost(confirmed(world, 'n1', revision), 'n2');
  t.is(markOf(settle(traffic, withNode(lonely, 'n3'), podKey(1)).world, 1), 'withdrawn');
});

test('a pod that no Service selects any more is withdrawn once its slices have let go of it', (t) => {
  const other = withChange(start(), podKind, podKey(1), (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'other' } },
  }));
  const deleted = withDeletion(other, podKind, podKey(1));
  t.is(passIn(deleted, traffic, podKey(1))?.plan.reasons[0]?.type, 'waiting-for-slices');
  const { world } = settleAll([slices, traffic], deleted);
  t.is(markOf(world, 1), 'withdrawing');
});

test('a pod whose slices have gone with their Service waits until all proxies know that', (t) => {
  const deleted = withDeletion(withoutService(start()), podKind, podKey(1));
  const gone = withoutSlices(deleted);
  const knowing = NODES.reduce((world, node) => confirmed(world, node, deleted.revision), gone);
  const { world } = settleAll([traffic], knowing);
  t.is(markOf(world, 1), 'withdrawing');
  const told = NODES.reduce((next, node) => confirmed(next, node, gone.revision), world);
  t.is(markOf(settleAll([traffic], told).world, 1), 'withdrawn');
});

const PODS = 3;
const NODES = ['n1', 'n2'];
const STEP = fc.record({
  does: fc.constantFrom(
    'pod-comes',
    'turns',
    'is-deleted',
    'marks',
    'writes-slices',
    'service-goes-or-comes',
    'slices-go',
    'applies',
    'tells',
    'dies',
  ),
  pod: fc.nat(PODS - 1),
  node: fc.constantFrom(...NODES),
  /** Plans from a world of so many steps ago. */
  age: fc.nat(4),
});

test('in every interleaving: a pod that may be stopped gets no new connections from any live node', (t) => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 60, size: 'max' }), (steps) => {
      const run = new Interleaving();
      for (const step of steps) {
        run.step(step);
        t.deepEqual(run.violations(), []);
      }
    }),
    { numRuns: 300 },
  );
});

type Step = ReturnType<typeof STEP.generate>['value'];

/** Two controllers whose caches lag, two proxies that apply late and tell later. */
class Interleaving {
  #world = start();
  #past: World[] = [this.#world];
  /** A controller sees its own writes to a key before it plans for that key again. */
  readonly #seen = new Map<string, number>();
  readonly #applied = new Map<string, World>(NODES.map((node) => [node, this.#world]));
  readonly #dead = new Set<string>();

  step({ does, pod, node, age }: Step): void {
    const key = podKey(pod);
    const present = readerOf(this.#world).get(podKind, key);
    if (does === 'pod-comes' && present === undefined)
      this.#world = withObject(this.#world, podKind, unmarked(pod, false));
    if (does === 'turns' && present !== undefined)
      this.#world = withChange(this.#world, podKind, key, (now) => turned(now, pod), 'status');
    if (does === 'is-deleted' && present !== undefined)
      this.#world = withDeletion(this.#world, podKind, key, { gracePeriodSeconds: 30 });
    if (does === 'marks') this.#pass(traffic, key, age);
    if (does === 'writes-slices') this.#pass(slices, SERVICE_KEY, age);
    if (does === 'service-goes-or-comes')
      this.#world =
        serviceIn(this.#world) === undefined
          ? withObject(this.#world, serviceKind, aService({}, { uid: `again-${this.#world.revision}` }))
          : withoutService(this.#world);
    // Whoever collects garbage comes some time after that.
    if (does === 'slices-go') this.#world = withoutSlices(this.#world);
    if (does === 'applies') this.#applied.set(node, this.#world);
    if (does === 'tells' && !this.#dead.has(node))
      this.#world = confirmed(this.#world, node, this.#applied.get(node)?.revision ?? 0);
    if (does === 'dies') {
      this.#dead.add(node);
      this.#world = lost(this.#world, node);
    }
    this.#past = [...this.#past.slice(-5), this.#world];
  }

  violations(): string[] {
    const stoppable = readerOf(this.#world)
      .list(podKind)
      .filter((pod) => isDeleting(pod) && !isInTraffic(pod));
    return NODES.filter((node) => !this.#dead.has(node)).flatMap((node) =>
      slicesOf(this.#applied.get(node) ?? this.#world)
        .flatMap(({ endpoints }) => endpoints)
        .filter(({ conditions }) => conditions?.ready === true)
        .flatMap(({ targetRef }) => stoppable.filter(({ metadata }) => metadata.uid === targetRef?.uid))
        .map(({ metadata }) => `${node} still leads to ${metadata.name ?? ''}`),
    );
  }

  #pass(controller: Controller, key: { namespace: string; name: string }, age: number): void {
    const id = `${controller.name} ${key.name}`;
    const known = this.#past.filter(({ revision }) => revision >= (this.#seen.get(id) ?? 0));
    const seen = known.at(-1 - age) ?? known[0] ?? this.#world;
    const actions = passIn(seen, controller, key)?.plan.actions ?? [];
    for (const action of actions) {
      try {
        this.#world = withAction(this.#world, action);
        this.#seen.set(id, this.#world.revision);
      } catch (error) {
        if (![isConflict, isNotFound, isAlreadyExists].some((is) => is(error))) throw error;
        return;
      }
    }
  }
}

/** Ready, or not any more. */
function turned(pod: Pod, number: number): Pod {
  const wasReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return { ...pod, status: { ...unmarked(number, wasReady !== true).status } };
}
