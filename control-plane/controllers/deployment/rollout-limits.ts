// How far an update may go: how many pods on top, how many missing.
import type { Deployment } from '@gantry/api/kinds/deployment';
import { intOrPercent } from '@gantry/api/int-or-percent';

/** Limits in pods. */
export interface RolloutLimits {
  /** Pods that there may be beyond the wanted number. */
  maxSurge: number;
  /** Pods that may be missing from the wanted number. */
  maxUnavailable: number;
}

const DEFAULT_SHARE = '25%';

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
  const { maxSurge = DEFAULT_SHARE, maxUnavailable = DEFAULT_SHARE } = strategy?.rollingUpdate ?? {};
  const surge = intOrPercent(maxSurge, replicas, 'up');
  const unavailable = intOrPercent(maxUnavailable, replicas, 'down');
  return {
    maxSurge: surge,
    maxUnavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable),
  };
}
