// Whether a Job goes on, and if not why. Pure; the order of the rules is Kubernetes'.
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { timeMs } from '@gantry/kit/time-text';
import { isActive } from '../pod-condition.ts';
import type { Observed } from './observed.ts';
import { completionsOf } from './observed.ts';
import type { Tally } from './tally.ts';

/** An end, with the words of its condition. */
export interface Ending {
  type: 'succeeded' | 'failed';
  reason: 'CompletionsReached' | 'BackoffLimitExceeded' | 'DeadlineExceeded';
  message: string;
}

const BACKOFF_LIMIT: Ending = {
  type: 'failed',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};
const DEADLINE: Ending = {
  type: 'failed',
  reason: 'DeadlineExceeded',
  message: 'Job was active longer than specified deadline',
};
const REACHED: Ending = {
  type: 'succeeded',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

/** Kubernetes' default. */
const BACKOFF_LIMIT_DEFAULT = 6;

/** How the Job ends; undefined while it goes on. What was once decided stays. */
export function endingOf({ job, pods }: Observed, tally: Tally, nowMs: number): Ending | undefined {
  const decided = decidedEnding(job);
  if (decided !== undefined) return decided;
  const limit = job.spec.backoffLimit ?? BACKOFF_LIMIT_DEFAULT;
  if (tally.failed > limit || restartsExceed(job, pods, limit)) return BACKOFF_LIMIT;
  if ((deadlineInMs(job, nowMs) ?? 1) <= 0) return DEADLINE;
  return isReached(job, pods, tally) ? REACHED : undefined;
}

/** Until the active deadline; undefined without one, and while the Job is suspended or not started. */
export function deadlineInMs(job: Job, nowMs: number): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  const startMs = timeMs(job.status?.startTime);
  if (activeDeadlineSeconds === undefined || suspend === true || startMs === undefined) return undefined;
  return startMs + activeDeadlineSeconds * 1000 - nowMs;
}

function decidedEnding(job: Job): Ending | undefined {
  const conditions = job.status?.conditions ?? [];
  const failing = conditions.find(({ type, status }) => type === 'FailureTarget' && status === 'True');
  if (failing !== undefined) {
    return failing.reason === DEADLINE.reason ? DEADLINE : BACKOFF_LIMIT;
  }
  const met = conditions.some(({ type, status }) => type === 'SuccessCriteriaMet' && status === 'True');
  return met ? REACHED : undefined;
}

/** Containers that are restarted in place count each restart as a failure. */
function restartsExceed(job: Job, pods: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter(isActive)
    .flatMap((pod) => [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** A work queue is done when one pod has succeeded and the others have ended by themselves. */
function isReached(job: Job, pods: readonly Pod[], tally: Tally): boolean {
  const completions = completionsOf(job.spec);
  const active = pods.some(isActive);
  if (completions === undefined) return tally.succeeded > 0 && !active;
  return tally.succeeded >= completions && !active;
}
