// A Deployment whose template a Rollout uses gives up its own pods as the Rollout takes over. Pure.
import { deploymentKind } from '@gantry/api/kinds/deployment';
import type { Action } from '../../engine/controller.ts';
import type { Scene } from './scene.ts';

/** @param isAtRest whether the Rollout is healthy. */
export function workloadActions({ observed, rollout, fleet }: Scene, isAtRest: boolean): Action[] {
  const { workload } = observed;
  const { scaleDown = 'never' } = rollout.spec.workloadRef ?? {};
  if (workload === undefined || scaleDown === 'never') return [];
  const present = workload.spec.replicas ?? 1;
  const serving = (fleet.stable ?? fleet.current)?.available ?? 0;
  const left = isAtRest ? 0 : scaleDown === 'progressively' ? Math.max(0, fleet.replicas - serving) : present;
  const wanted = Math.min(present, left);
  if (wanted === present) return [];
  const object = { ...workload, spec: { ...workload.spec, replicas: wanted } };
  return [{ type: 'update', definition: deploymentKind, object }];
}
