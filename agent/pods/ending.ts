// How a pod's end goes on when the API says something new of it. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import { isInTraffic } from '@gantry/api/traffic-mark';
import type { Ending } from './observed.ts';
import { podGraceSeconds } from './stop-step.ts';

/**
 * A pod whose traffic has not ended by then is stopped all the same: the control plane may be away. It is longer than a
 * lost node is waited for, which is five beats of a second.
 */
export const TRAFFIC_WAIT_MAX_MS = 10_000;

/** The end of a pod that is being deleted. @param before undefined when this is the first word of it. */
export function endingOf(pod: Pod, before: Ending | undefined, nowMs: number): Ending {
  const graceSeconds = pod.metadata.deletionGracePeriodSeconds ?? podGraceSeconds(pod);
  const isSooner = before === undefined || graceSeconds < before.graceSeconds;
  const base: Ending = isSooner ? { cause: 'deleted', graceSeconds, sinceMs: nowMs } : before;
  const holdUntilMs = holdOf(pod, before, base.graceSeconds, nowMs);
  return { ...base, ...(holdUntilMs === undefined ? {} : { holdUntilMs }) };
}

/** The API has the pod no more: there is nobody to wait for. */
export function vanishedEnding(before: Ending | undefined, graceSeconds: number, nowMs: number): Ending {
  const isLonger = before !== undefined && before.graceSeconds <= graceSeconds;
  const { holdUntilMs, ...rest } = isLonger ? before : { graceSeconds, sinceMs: nowMs };
  return {
    ...{ ...rest, cause: 'vanished' },
    ...(holdUntilMs === undefined ? {} : { holdUntilMs: Math.min(holdUntilMs, nowMs) }),
  };
}

function holdOf(
  pod: Pod,
  before: Ending | undefined,
  graceSeconds: number,
  nowMs: number,
): number | undefined {
  const known = before?.holdUntilMs;
  // Whoever asks for no grace wants no wait either.
  if (isInTraffic(pod) && graceSeconds > 0) return known ?? nowMs + TRAFFIC_WAIT_MAX_MS;
  return known === undefined ? undefined : Math.min(known, nowMs);
}
