// How long a Job waits before it replaces failed pods: doubling with each failure since the last success. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import type { BackoffPolicy } from '@gantry/kit/backoff';
import { backoffMs } from '@gantry/kit/backoff';
import { timeMs } from '@gantry/kit/time-text';
import { createdAtMs, isDeleting, podCondition } from '../pod-condition.ts';

/** Kubernetes' figures: 10 s, doubling up to 10 minutes. */
const BACKOFF: BackoffPolicy = { initialMs: 10_000, maxMs: 600_000, factor: 2, jitter: 0 };

/**
 * How much longer to wait. Pods that were deleted do not count: that says nothing about the program.
 *
 * @returns 0 when there is nothing to wait for.
 */
export function retryDelayMs(pods: readonly Pod[], nowMs: number): number {
  const lastSuccessMs = Math.max(-Infinity, ...finishTimes(pods, 'Succeeded'));
  const failures = finishTimes(pods, 'Failed').filter((finishedMs) => finishedMs > lastSuccessMs);
  if (failures.length === 0) return 0;
  const delayMs = backoffMs(BACKOFF, failures.length);
  // A node's clock that runs ahead must not add to the delay.
  const sinceMs = Math.max(0, nowMs - Math.max(...failures));
  return Math.max(0, delayMs - sinceMs);
}

function finishTimes(pods: readonly Pod[], phase: string): number[] {
  return pods.filter((pod) => pod.status?.phase === phase && !isDeleting(pod)).map(finishedAtMs);
}

/** When the last container ended; else when the pod ceased to be ready; else when it was made. */
export function finishedAtMs(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? [])
    .map(({ state }) => timeMs(state?.terminated?.finishedAt))
    .filter((endMs) => endMs !== undefined);
  if (ends.length > 0) return Math.max(...ends);
  return timeMs(podCondition(pod, 'Ready')?.lastTransitionTime) ?? createdAtMs(pod);
}
