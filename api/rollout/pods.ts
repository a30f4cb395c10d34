// Pods that each version of a Rollout is to have at a share of the traffic. Pure; the controller sizes by it, and `gantry
// rollout plan` foretells by it.
import type { RolloutSpec } from '../kinds/rollout.ts';
import { isStableScaled, limitsOf } from './settings.ts';
import { podsForShare, sharesOfPods } from './shares.ts';

/** What is asked of the new version beside its share. */
export interface AskedPods {
  /** Pods, where the share does not say it. */
  pods?: number;
  routes: readonly unknown[];
  mirrors?: readonly unknown[];
}

/** Pods that the new version is to have at a share of the traffic that is split. */
export function newPods(
  { replicas = 1, strategy }: RolloutSpec,
  { pods, routes, mirrors = [] }: AskedPods,
  weight: number,
): number {
  if (pods !== undefined) return pods;
  const { minPodsPerReplicaSet: minimum = 1 } = strategy.canary ?? {};
  const forShare = podsForShare(replicas, weight, minimum);
  return routes.length + mirrors.length > 0 ? Math.max(forShare, Math.min(minimum, replicas)) : forShare;
}

/** Pods that the stable version is to have beside a share of the new one that is split. */
export function stablePods(spec: RolloutSpec, weight: number): number {
  const { replicas = 1, strategy } = spec;
  const { minPodsPerReplicaSet: minimum = 1 } = strategy.canary ?? {};
  return isStableScaled(spec) ? podsForShare(replicas, 100 - weight, minimum) : replicas;
}

/** Where pods divide the traffic: how many of each. */
export function countedPods(spec: RolloutSpec, weight: number): { canary: number; stable: number } {
  return sharesOfPods(spec.replicas ?? 1, weight, limitsOf(spec));
}
