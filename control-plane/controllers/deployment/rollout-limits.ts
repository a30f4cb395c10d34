// How far an update may go: how many pods on top, how many missing.
import type { Deployment } from '@gantry/api/kinds/deployment';
import { paceInPods, type PaceInPods } from '@gantry/api/pace-in-pods';

/** Limits in pods. */
export type RolloutLimits = PaceInPods;

/** Whether all old pods stop before the first new one starts. */
export function isRecreate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type === 'Recreate';
}

/**
 * The limits of a rolling update, as Kubernetes rounds them: surge up, unavailable down, never both zero, never
 * more missing than wanted. A Recreate knows neither.
 */
export function rolloutLimits(deployment: Deployment): RolloutLimits {
  if (isRecreate(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const { replicas = 1, strategy } = deployment.spec;
  return paceInPods(strategy?.rollingUpdate ?? {}, replicas);
}
