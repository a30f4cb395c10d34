// How far an update may go, in pods: the one rule for Deployments and Rollouts. Pure.
import { intOrPercent } from './int-or-percent.ts';

/** Limits in pods. */
export interface PaceInPods {
  /** Pods that there may be beyond the wanted number. */
  maxSurge: number;
  /** Pods that may be missing from the wanted number. */
  maxUnavailable: number;
}

const DEFAULT_SHARE = '25%';

/** As Kubernetes rounds them: surge up, unavailable down, never both zero, never more missing than wanted. */
export function paceInPods(
  {
    maxSurge = DEFAULT_SHARE,
    maxUnavailable = DEFAULT_SHARE,
  }: Partial<Record<keyof PaceInPods, number | string>>,
  replicas: number,
): PaceInPods {
  const surge = intOrPercent(maxSurge, replicas, 'up');
  const unavailable = intOrPercent(maxUnavailable, replicas, 'down');
  return {
    maxSurge: surge,
    maxUnavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable),
  };
}
