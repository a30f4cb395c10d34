// Pods that each version needs for its share of the traffic, and whether it has them. Pure.
import type { Decision } from './decision.ts';
import type { Fleet } from './fleet.ts';
import type { Scene } from './scene.ts';
import { podsForShare, sharesOfPods } from './sizes.ts';
import { limitsOf } from './settings.ts';

/** Pods that the new version is to have at a share of the traffic that is split. */
export function newPods(
  { rollout, fleet }: Pick<Scene, 'rollout' | 'fleet'>,
  { pods, routes }: Pick<Decision, 'pods' | 'routes'>,
  weight: number,
): number {
  if (pods !== undefined) return pods;
  const { minPodsPerReplicaSet: minimum = 1 } = rollout.spec.strategy.canary ?? {};
  const forShare = podsForShare(fleet.replicas, weight, minimum);
  return routes.length > 0 ? Math.max(forShare, Math.min(minimum, fleet.replicas)) : forShare;
}

/** Pods that the stable version is to have beside a share of the new one. */
export function stablePods({ rollout, fleet }: Pick<Scene, 'rollout' | 'fleet'>, weight: number): number {
  const { dynamicStableScale = false, minPodsPerReplicaSet: minimum = 1 } =
    rollout.spec.strategy.canary ?? {};
  return dynamicStableScale ? podsForShare(fleet.replicas, 100 - weight, minimum) : fleet.replicas;
}

/** Where pods divide the traffic: how many of each. */
export function countedPods(
  { rollout, fleet }: Pick<Scene, 'rollout' | 'fleet'>,
  weight: number,
): { canary: number; stable: number } {
  return sharesOfPods(fleet.replicas, weight, limitsOf(rollout.spec));
}

/** Whether the new version serves with so many pods. */
export function hasPods({ current }: Fleet, pods: number): boolean {
  return pods === 0 || (current !== undefined && current.available >= pods);
}

/** The greatest share that the stable version can take back now, as what is left for the new one, in percent. */
export function weightMin(scene: Pick<Scene, 'rollout' | 'fleet'>): number {
  const { fleet, rollout } = scene;
  if (rollout.spec.strategy.canary?.dynamicStableScale !== true || fleet.replicas === 0) return 0;
  const available = fleet.stable?.available ?? 0;
  return Math.max(0, 100 - Math.floor((100 * available) / fleet.replicas));
}
