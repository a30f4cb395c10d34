// A Deployment with its ReplicaSets and pods in the toy world, for tests: what users do, and what agents do.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import type { Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Controller } from '../../engine/controller.ts';
import { podsOf, running, stopped } from '../../engine/toy-pods.ts';
import { readerOf, withChange, type World } from '../../engine/toy-world.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { deploymentController } from './deployment-controller.ts';

/** The key of the Deployment in these tests. */
export const WEB = { namespace: 'default', name: 'web' };

/** Both controllers that a rollout needs. */
export const rolloutControllers: readonly Controller[] = [deploymentController(), replicaSetController()];

/** The Deployment as it stands. */
export function deploymentIn(world: World): Deployment {
  const deployment = readerOf(world).get(deploymentKind, WEB);
  if (deployment === undefined) throw new Error('there is no Deployment web');
  return deployment;
}

/** ReplicaSets by name. */
export function replicaSetsIn(world: World): readonly ReplicaSet[] {
  return readerOf(world).list(replicaSetKind);
}

/** The sizes of the ReplicaSets by image of their template. */
export function sizesIn(world: World): Record<string, number> {
  return Object.fromEntries(
    replicaSetsIn(world).map(({ spec }) => [imageOf(spec.template.spec), spec.replicas ?? 1]),
  );
}

/** The image that a pod runs. */
export function imageOf(spec: Pod['spec']): string {
  return spec.containers[0]?.image ?? '';
}

/** Active pods. */
export function activePods(world: World): readonly Pod[] {
  return podsOf(world).filter(isActive);
}

/** A user changes the Deployment's spec. */
export function edited(world: World, change: (spec: Deployment['spec']) => Deployment['spec']): World {
  return withChange(world, deploymentKind, WEB, (current) => ({ ...current, spec: change(current.spec) }));
}

/** A user sets another image. */
export function withImage(world: World, image: string): World {
  return edited(world, (spec) => ({
    ...spec,
    template: { ...spec.template, spec: { containers: [{ name: 'main', image }] } },
  }));
}

/** Agents make up to `count` pods of the images ready, and let those that are on their way out end. */
export function agentsAct(world: World, count = Infinity, broken: readonly string[] = []): World {
  const starting = activePods(world).filter((pod) => !isReady(pod) && !broken.includes(imageOf(pod.spec)));
  return starting.slice(0, count).reduce((next, pod) => running(next, pod, true), stopped(world));
}
