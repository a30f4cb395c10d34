// How many pods each version has at a share of the traffic. Pure arithmetic, the same for the controller and for who foretells it.
import type { PaceInPods } from '../pace-in-pods.ts';

/** Pods of the new and the stable version at a weight, where the number of pods is all that divides the traffic. */
export function sharesOfPods(
  replicas: number,
  weight: number,
  limits: PaceInPods,
): { canary: number; stable: number } {
  if (replicas === 0) return { canary: 0, stable: 0 };
  if (weight === 0) return { canary: 0, stable: replicas };
  const canary = Math.min(replicas, Math.max(1, Math.round((replicas * weight) / 100)));
  if (weight === 100) return { canary: replicas, stable: 0 };
  const room = Math.max(0, replicas + limits.maxSurge - canary);
  return { canary, stable: Math.max(replicas - canary, Math.min(1, room)) };
}

/** Pods that a share of split traffic needs. */
export function podsForShare(replicas: number, weight: number, minimum: number): number {
  if (weight === 0 || replicas === 0) return 0;
  return Math.min(replicas, Math.max(minimum, Math.ceil((replicas * weight) / 100)));
}
