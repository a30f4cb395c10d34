// Where a pod is in its life, as controllers see it. Pure selectors; a pod that lacks a field counts as the least
// that it could be.
import type { AnyObject } from '@gantry/api/meta';
import type { Pod, PodCondition } from '@gantry/api/kinds/pod';
import { timeMs } from '@gantry/kit/time-text';

/** When the object was created; the beginning of time when nobody said. */
export function createdAtMs(object: Pick<AnyObject, 'metadata'>): number {
  return timeMs(object.metadata.creationTimestamp) ?? 0;
}

/** Oldest first; of the same second, by name. */
export function byAge(a: Pick<AnyObject, 'metadata'>, b: Pick<AnyObject, 'metadata'>): number {
  return createdAtMs(a) - createdAtMs(b) || compareText(a.metadata.name ?? '', b.metadata.name ?? '');
}

/** Order of code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether somebody has asked for the object to go. */
export function isDeleting(object: Pick<AnyObject, 'metadata'>): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Whether all containers have ended for good. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether the pod counts: neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isDeleting(pod);
}

/** A condition of the pod by its type. */
export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether the pod takes requests. */
export function isReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Since when the pod has been ready; undefined when it is not, or nobody said since when. */
export function readySinceMs(pod: Pod): number | undefined {
  const ready = podCondition(pod, 'Ready');
  return ready?.status === 'True' ? timeMs(ready.lastTransitionTime) : undefined;
}

/**
 * How long until the pod has been ready for `minReadySeconds`: 0 when it is available, undefined when it is not
 * ready and no time will tell.
 */
export function availableInMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const sinceMs = readySinceMs(pod);
  return sinceMs === undefined ? undefined : Math.max(0, sinceMs + minReadySeconds * 1000 - nowMs);
}

/** Whether the pod has been ready for `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return availableInMs(pod, minReadySeconds, nowMs) === 0;
}

/** The earliest moment at which one more pod becomes available by time alone, as a delay; undefined for none. */
export function nextAvailableInMs(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const delays = pods
    .map((pod) => availableInMs(pod, minReadySeconds, nowMs))
    .filter((delayMs): delayMs is number => delayMs !== undefined && delayMs > 0);
  return delays.length === 0 ? undefined : Math.min(...delays);
}
