// A Rollout `web` with its Services, nodes and proxies in the toy world, for tests: what users do, what agents do, and what
// proxies confirm.
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { leaseKind, PROXY_REVISION_ANNOTATION, SPLIT_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout, type RolloutStatus } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import { trafficSplitKind, type TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { keyOf } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { Controller } from '../../engine/controller.ts';
import { settleAll, type Witness } from '../../engine/settle.ts';
import { boundTo, podsOf, running, stopped } from '../../engine/toy-pods.ts';
import { emptyWorld, later, readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import { endpointSliceController } from '../endpoint-slice/endpoint-slice-controller.ts';
import { aService } from '../endpoint-slice/toy-service.ts';
import { withServingNode } from '../gateway/toy-gateway.ts';
import { experimentController } from '../experiment/experiment-controller.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { podTrafficController } from '../pod-traffic/pod-traffic-controller.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { aTemplate } from '../toy-workloads.ts';
import { rolloutController } from './rollout-controller.ts';

/** The key of the Rollout in these tests. */
export const WEB = { namespace: 'default', name: 'web' };
/** Nodes whose proxies are waited for. */
export const NODES = ['n1', 'n2'];

/** All controllers that a release needs. */
export const releaseControllers: readonly Controller[] = [
  rolloutController(),
  experimentController(),
  replicaSetController(),
  endpointSliceController(),
  podTrafficController(),
];

/** A Rollout `web` that selects `app: web`. */
export function aRollout(
  strategy: Rollout['spec']['strategy'],
  spec: Partial<Rollout['spec']> = {},
): Rollout {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { ...WEB },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: aTemplate('web:1'),
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy,
      ...spec,
    },
  };
}

/** A canary whose traffic is split. */
export function aCanary(canary: Rollout['spec']['strategy']['canary'] = {}): Rollout['spec']['strategy'] {
  return { canary: { stableService: 'web', canaryService: 'web-canary', ...canary } };
}

/** Two nodes with proxies, the Services, and the Rollout. */
export function releaseWorld(rollout: Rollout): World {
  let world = emptyWorld();
  NODES.forEach((_, at) => (world = withServingNode(world, at + 1)));
  for (const name of ['web', 'web-canary'])
    world = withObject(world, serviceKind, aService({}, { name, uid: `service-${name}` }));
  return withObject(world, rolloutKind, rollout);
}

export function rolloutIn(world: World): Rollout {
  const rollout = readerOf(world).get(rolloutKind, WEB);
  if (rollout === undefined) throw new Error('there is no Rollout web');
  return rollout;
}

export function statusIn(world: World): RolloutStatus {
  return rolloutIn(world).status ?? {};
}

export function splitIn(world: World): TrafficSplit | undefined {
  return readerOf(world).get(trafficSplitKind, WEB);
}

/** The canary's percent that the proxies are asked for. */
export function weightIn(world: World): number | undefined {
  const { rules = [] } = splitIn(world)?.spec ?? {};
  const rule = rules.find(({ name }) => name === 'audience') ?? rules.at(-1);
  return rule?.backends[0]?.weight;
}

/** Sizes of the Rollout's ReplicaSets by image. */
export function sizesIn(world: World): Record<string, number> {
  return Object.fromEntries(
    readerOf(world)
      .list(replicaSetKind)
      .filter((one) => controllerOf(one)?.kind === rolloutKind.kind)
      .map(({ spec }) => [spec.template.spec.containers[0]?.image ?? '', spec.replicas ?? 1]),
  );
}

/** The image that a Service leads to. */
export function leadsTo(world: World, name: string): string {
  const service = readerOf(world).get(serviceKind, { namespace: 'default', name });
  const hash = service?.spec.selector?.['rollouts-pod-template-hash'];
  const found = readerOf(world)
    .list(replicaSetKind)
    .find(({ metadata }) => metadata.labels?.['rollouts-pod-template-hash'] === hash);
  return found?.spec.template.spec.containers[0]?.image ?? '';
}

/** A user changes the spec. */
export function edited(world: World, change: (spec: Rollout['spec']) => Rollout['spec']): World {
  return withChange(world, rolloutKind, WEB, (current) => ({ ...current, spec: change(current.spec) }));
}

/** A user sets another image. */
export function withImage(world: World, image: string): World {
  return edited(world, (spec) => ({ ...spec, template: aTemplate(image) }));
}

/** A user writes into the status, as `promote`, `abort` and `retry` do. */
export function patched(world: World, change: (status: RolloutStatus) => RolloutStatus): World {
  const next = (current: Rollout): Rollout => ({ ...current, status: change(current.status ?? {}) });
  return withChange(world, rolloutKind, WEB, next, 'status');
}

export const promoted = (world: World): World =>
  patched(world, ({ pauseConditions: _, ...status }) => status);
export const abortedByUser = (world: World): World =>
  patched(world, (status) => ({ ...status, abort: true }));
export const retried = (world: World): World => patched(world, (status) => ({ ...status, abort: false }));

/** A flag that is on or off. */
export function withFlag(world: World, key: string, variant: string): World {
  const flag = { state: 'ENABLED' as const, variants: { on: true, off: false }, defaultVariant: variant };
  const object: FeatureFlag = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: { namespace: 'default', name: key },
    spec: { flagSpec: { flags: { [key]: flag } } },
  };
  const present = readerOf(world).get(featureFlagKind, { namespace: 'default', name: key });
  if (present === undefined) return withObject(world, featureFlagKind, object);
  return withChange(world, featureFlagKind, { namespace: 'default', name: key }, (current) => ({
    ...current,
    spec: object.spec,
  }));
}

/** Agents bind and start pods; those of broken images never become ready. */
export function agentsAct(world: World, broken: readonly string[] = []): World {
  let next = stopped(world);
  for (const pod of podsOf(next).filter(isActive)) {
    if (isReady(pod) || broken.includes(pod.spec.containers[0]?.image ?? '')) continue;
    const podIP = `10.1.${Number(next.revision) % 250}.${(podsOf(next).indexOf(pod) % 250) + 1}`;
    next = pod.spec.nodeName === undefined ? boundTo(next, pod, 'n1') : next;
    next = withChange(
      next,
      podKind,
      keyOf(pod),
      (at) => ({ ...at, status: { ...at.status, podIP } }),
      'status',
    );
    next = running(next, pod, true);
  }
  return next;
}

/** The proxies of these nodes have everything. */
export function proxiesConfirm(world: World, nodes: readonly string[] = NODES): World {
  const revision = String(world.revision);
  return nodes.reduce((next, name) => {
    const key = { namespace: LEASE_NAMESPACE, name };
    const before = readerOf(next).get(leaseKind, key);
    const annotations = {
      [PROXY_REVISION_ANNOTATION]: revision,
      [SPLIT_REVISION_ANNOTATION]: revision,
    };
    if (before === undefined) return next;
    return withChange(next, leaseKind, key, (lease) => ({
      ...lease,
      metadata: { ...lease.metadata, annotations },
    }));
  }, world);
}

/** How a release goes on. */
export interface Course {
  broken?: readonly string[];
  nodes?: readonly string[];
  witness?: Witness;
}

/** Controllers, agents and proxies in turn until all is still. */
export function released(start: World, { broken = [], nodes, witness }: Course = {}): World {
  let world = start;
  const options = witness === undefined ? {} : { witness };
  for (let round = 0; round < 80; round += 1) {
    const acted = agentsAct(settleAll(releaseControllers, world, options).world, broken);
    const confirmed = proxiesConfirm(acted, nodes);
    world = settleAll(releaseControllers, confirmed, options).world;
    if (world.revision === confirmed.revision && agentsAct(world, broken).revision === world.revision)
      return world;
  }
  throw new Error('the release does not come to rest');
}

/** Time passes, and all that it brings about happens. */
export function releasedAfter(world: World, seconds: number, course: Course = {}): World {
  return released(later(world, seconds * 1000), course);
}
