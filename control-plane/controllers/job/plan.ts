// Decides what a Job does next: counts what has ended, ends the Job when it is time, else starts and stops pods.
import { jobKind, type Job, type JobStatus } from '@gantry/api/kinds/job';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { timeMs, timeText } from '@gantry/kit/time-text';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { isActive, isDeleting } from '../pod-condition.ts';
import type { Observed } from './observed.ts';
import type { JobReason } from './reasons.ts';
import { retryDelayMs } from './retry-delay.ts';
import { deletePod, PODS_PER_PASS_MAX, scaleOf } from './scale.ts';
import { isOver, statusEvents, statusOf } from './status.ts';
import { tallyOf, type Tally } from './tally.ts';
import { isTracked, untracked } from './tracking-labels.ts';
import { deadlineInMs, endingOf, type Ending } from './verdict.ts';

/** A plan whose reasons are a Job's. */
export interface JobPlan extends Plan {
  status?: JobStatus;
  reasons: readonly JobReason[];
}

/** What is done about the pods of a Job that is not over. */
interface PodsPlan {
  actions: readonly Action[];
  reasons: readonly JobReason[];
  recheckAfterMs?: number;
}

/** Pure: the same observation, time and ids give the same plan. */
export function plan(observed: Observed, inputs: PlanInputs): JobPlan {
  const { job } = observed;
  if (isOver(job)) return planAfterwards(observed, inputs.nowMs);
  const tally = tallyOf(observed);
  const ending = endingOf(observed, tally, inputs.nowMs);
  const pods = ending === undefined ? planPods(observed, tally, inputs) : planEnd(observed, ending);
  const status = statusOf({ observed, tally, ending, now: timeText(inputs.nowMs) });
  const settled = tally.settled.slice(0, PODS_PER_PASS_MAX).map(letGo);
  const counting: JobReason[] = settled.length === 0 ? [] : [{ type: 'counting', pods: settled.length }];
  const recheckAfterMs = soonest(pods.recheckAfterMs, nextDeadlineMs(job, status, inputs.nowMs));
  return {
    actions: [...settled, ...pods.actions, ...statusEvents(job, status)],
    status,
    ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    reasons: [...counting, ...pods.reasons],
  };
}

/** Pods that are let go uncounted lose their finalizer first; one without it is then deleted. */
function planPods(observed: Observed, tally: Tally, { nowMs, ids }: PlanInputs): PodsPlan {
  const { job, pods } = observed;
  if (isDeleting(job)) return { actions: [], reasons: [{ type: 'being-deleted' }] };
  const scale = scaleOf(observed, tally);
  const released = pods.filter((pod) => isActive(pod) && !isTracked(pod));
  const stopping = [
    ...scale.surplus.slice(0, PODS_PER_PASS_MAX / 2).map(letGo),
    ...released.slice(0, PODS_PER_PASS_MAX / 2).map((pod) => deletePod(job, pod, 'no longer wanted')),
  ];
  const delayMs = scale.missing === 0 ? 0 : retryDelayMs(pods, nowMs);
  const creating = delayMs > 0 ? [] : scale.create(ids);
  return {
    // A pass either stops or starts: what is gained and what is lost then rest on the same state.
    actions: stopping.length > 0 ? stopping : creating,
    reasons: podReasons(observed, stopping.length, creating.length, scale.missing, delayMs),
    ...(delayMs > 0 ? { recheckAfterMs: delayMs } : {}),
  };
}

function podReasons(
  { job, pods }: Observed,
  stopping: number,
  creating: number,
  missing: number,
  delayMs: number,
): JobReason[] {
  const active = pods.filter(isActive).length;
  return [
    ...(job.spec.suspend === true ? [{ type: 'suspended' as const }] : []),
    ...(stopping > 0 ? [{ type: 'stopping' as const, pods: stopping }] : []),
    ...(stopping === 0 && creating > 0 ? [{ type: 'starting' as const, pods: creating }] : []),
    ...(delayMs > 0 ? [{ type: 'backing-off' as const, forMs: delayMs, pods: missing }] : []),
    ...(active > 0 ? [{ type: 'running' as const, pods: active }] : []),
  ];
}

/** What still runs is deleted, and counted as failed when it goes. */
function planEnd({ job, pods }: Observed, ending: Ending): PodsPlan {
  const active = pods.filter(isActive);
  return {
    actions: active.slice(0, PODS_PER_PASS_MAX).map((pod) => deletePod(job, pod, ending.message)),
    reasons: [{ type: 'ending', message: ending.message, pods: active.length }],
  };
}

/** A Job that is over keeps no pod from going, and goes itself after its time to live. */
function planAfterwards({ job, pods }: Observed, nowMs: number): JobPlan {
  const actions: Action[] = pods.filter(isTracked).slice(0, PODS_PER_PASS_MAX).map(letGo);
  const ttlMs = expiresInMs(job, nowMs);
  if (ttlMs === undefined || isDeleting(job)) return { actions, reasons: [] };
  if (ttlMs > 0) {
    return { actions, recheckAfterMs: ttlMs, reasons: [{ type: 'kept-until-expiry', forMs: ttlMs }] };
  }
  const { namespace = '', name = '', uid = '' } = job.metadata;
  const ref = { definition: jobKind, namespace, name, uid };
  const reason = 'ttlSecondsAfterFinished is over';
  const remove: Action = { type: 'delete', ref, propagationPolicy: 'Background', reason };
  return { actions: [...actions, remove], reasons: [{ type: 'expired' }] };
}

function expiresInMs({ spec, status }: Job, nowMs: number): number | undefined {
  if (spec.ttlSecondsAfterFinished === undefined) return undefined;
  const last = status?.conditions?.find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
  const finishedMs = timeMs(last?.lastTransitionTime) ?? nowMs;
  return finishedMs + spec.ttlSecondsAfterFinished * 1000 - nowMs;
}

/** With the start time that this very plan sets. */
function nextDeadlineMs(job: Job, status: JobStatus, nowMs: number): number | undefined {
  const remainingMs = deadlineInMs({ ...job, status }, nowMs);
  return remainingMs !== undefined && remainingMs > 0 ? remainingMs : undefined;
}

function soonest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function letGo(pod: Pod): Action {
  return { type: 'update', definition: podKind, object: untracked(pod) };
}
