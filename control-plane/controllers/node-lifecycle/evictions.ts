// Which pods have to leave a node, and when: each stays as long as it tolerates the node's NoExecute taints. Pure.
import type { Taint } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { toleratesTaint } from '@gantry/api/tolerations';
import { timeMs } from '@gantry/kit/time-text';
import { isDeleting, isFinished } from '../pod-condition.ts';

/** A pod and the time at which it has to leave, in milliseconds since the epoch. */
export interface Eviction {
  pod: Pod;
  dueMs: number;
}

/** The pods that these taints drive away, sooner or later. Taints without a time are not counted yet. */
export function evictionsFor(pods: readonly Pod[], taints: readonly Taint[]): Eviction[] {
  const driving = taints.filter(({ effect, timeAdded }) => effect === 'NoExecute' && timeAdded !== undefined);
  if (driving.length === 0) return [];
  return pods.flatMap((pod) => {
    if (isDeleting(pod) || isFinished(pod)) return [];
    const dueMs = Math.min(...driving.map((taint) => leavesAtMs(pod, taint)));
    return Number.isFinite(dueMs) ? [{ pod, dueMs }] : [];
  });
}

/** Of several tolerations that cover a taint the shortest counts; one without seconds is for ever, as in Kubernetes. */
function leavesAtMs({ spec }: Pod, taint: Taint): number {
  const sinceMs = timeMs(taint.timeAdded) ?? 0;
  const covering = (spec.tolerations ?? []).filter((toleration) => toleratesTaint(toleration, taint));
  if (covering.length === 0) return sinceMs;
  const seconds = covering.flatMap(({ tolerationSeconds }) =>
    tolerationSeconds === undefined ? [] : [tolerationSeconds],
  );
  return seconds.length === 0 ? Number.POSITIVE_INFINITY : sinceMs + Math.max(0, Math.min(...seconds)) * 1000;
}
