// Pods that each version needs for its share of the traffic, and whether it has them. Pure.
import { isStableScaled } from '@gantry/api/rollout/settings';
import type { Fleet } from './fleet.ts';
import type { Scene } from './scene.ts';

/** Whether the new version serves with so many pods. */
export function hasPods({ current }: Fleet, pods: number): boolean {
  return pods === 0 || (current !== undefined && current.available >= pods);
}

/** The greatest share that the stable version can take back now, as what is left for the new one, in percent. */
export function weightMin(scene: Pick<Scene, 'rollout' | 'fleet'>): number {
  const { fleet, rollout } = scene;
  if (!isStableScaled(rollout.spec) || fleet.replicas === 0) return 0;
  const available = fleet.stable?.available ?? 0;
  return Math.max(0, 100 - Math.floor((100 * available) / fleet.replicas));
}
