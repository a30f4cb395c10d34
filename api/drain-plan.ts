// Which pods leave a node that is drained, which stay, and what keeps it from being drained. Pure.
import type { Pod } from './kinds/pod.ts';
import { controllerOf } from './owner-references.ts';

/** What the user has agreed to. */
export interface DrainAllowances {
  /** Pods of DaemonSets stay where they are. */
  ignoreDaemonsets?: boolean;
  /** Pods go whose emptyDir data is lost by it. */
  deleteEmptydirData?: boolean;
  /** Pods go that no controller makes anew. */
  force?: boolean;
}

/** Why a pod keeps its node from being drained: the allowance that is missing. */
export interface DrainObstacle {
  pod: Pod;
  needs: keyof DrainAllowances;
}

/** What a drain does. */
export interface DrainPlan {
  leaving: Pod[];
  staying: Pod[];
  obstacles: DrainObstacle[];
}

/** Sorts the pods of a node. Pods that have ended hold nothing up. */
export function planDrain(pods: readonly Pod[], allowances: DrainAllowances): DrainPlan {
  const plan: DrainPlan = { leaving: [], staying: [], obstacles: [] };
  for (const pod of pods) {
    const asked = needsOf(pod);
    const missing = asked.find((needs) => allowances[needs] !== true);
    if (missing !== undefined) plan.obstacles.push({ pod, needs: missing });
    else if (asked.includes('ignoreDaemonsets')) plan.staying.push(pod);
    else plan.leaving.push(pod);
  }
  return plan;
}

function needsOf(pod: Pod): (keyof DrainAllowances)[] {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return [];
  const owner = controllerOf(pod);
  if (owner?.kind === 'DaemonSet') return ['ignoreDaemonsets'];
  const keepsData = pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) ?? false;
  return [
    ...(owner === undefined ? (['force'] as const) : []),
    ...(keepsData ? (['deleteEmptydirData'] as const) : []),
  ];
}

/** An eviction, as it is posted to `pods/NAME/eviction`. */
export function evictionOf({ metadata: { namespace, name } }: Pod, deleteOptions: object = {}): object {
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name }, deleteOptions };
}
