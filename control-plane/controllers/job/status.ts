// The status of a Job that goes on, suspends, or ends. Pure.
import type { Job, JobCondition, JobStatus } from '@gantry/api/kinds/job';
import type { Action } from '../../engine/controller.ts';
import { isActive, isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { holds, withCondition } from '../status-condition.ts';
import type { Observed } from './observed.ts';
import type { Tally } from './tally.ts';
import type { Ending } from './verdict.ts';

/** What a status is made of. */
export interface StatusParts {
  observed: Observed;
  tally: Tally;
  ending: Ending | undefined;
  /** RFC 3339. */
  now: string;
}

/** Whether the Job has reached its final condition. */
export function isOver({ status }: Job): boolean {
  return holds(status?.conditions, 'Complete') || holds(status?.conditions, 'Failed');
}

/** Pods that were asked to go and have not ended yet. */
export function terminatingPods({ pods }: Observed): number {
  return pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length;
}

/** The new status. */
export function statusOf(parts: StatusParts): JobStatus {
  const { observed, tally, now } = parts;
  const { conditions: _, startTime, completionTime, ...rest } = observed.job.status ?? {};
  const { active: _active, completedIndexes: _indexes, succeeded: _s, failed: _f, ...kept } = rest;
  const active = observed.pods.filter(isActive);
  const conditions = conditionsOf(parts);
  const started = observed.job.spec.suspend === true ? undefined : (startTime ?? now);
  const completed = holds(conditions, 'Complete') ? (completionTime ?? now) : completionTime;
  return {
    ...kept,
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(started === undefined ? {} : { startTime: started }),
    ...(completed === undefined ? {} : { completionTime: completed }),
    ...(active.length === 0 ? {} : { active: active.length }),
    ready: active.filter(isReady).length,
    terminating: terminatingPods(observed),
    ...tally.counts,
  };
}

/** First the decision, and the final condition only when every pod has ended and is counted. */
function conditionsOf({ observed, tally, ending, now }: StatusParts): JobCondition[] {
  const { job } = observed;
  let conditions: JobCondition[] = suspension(job, now);
  if (ending === undefined) return conditions;
  const { reason, message } = ending;
  const set = (type: string): void => {
    conditions = withCondition(conditions, { type, status: 'True', reason, message }, now);
  };
  set(ending.type === 'failed' ? 'FailureTarget' : 'SuccessCriteriaMet');
  if (canEnd(observed, tally)) set(ending.type === 'failed' ? 'Failed' : 'Complete');
  return conditions;
}

function canEnd(observed: Observed, tally: Tally): boolean {
  return tally.complete && !observed.pods.some(isActive) && terminatingPods(observed) === 0;
}

function suspension(job: Job, now: string): JobCondition[] {
  const conditions = job.status?.conditions ?? [];
  const isSuspended = holds(conditions, 'Suspended');
  if (job.spec.suspend === true && !isSuspended) {
    const words = { reason: 'JobSuspended', message: 'Job suspended' };
    return withCondition(conditions, { type: 'Suspended', status: 'True', ...words }, now);
  }
  if (job.spec.suspend !== true && isSuspended) {
    const words = { reason: 'JobResumed', message: 'Job resumed' };
    return withCondition(conditions, { type: 'Suspended', status: 'False', ...words }, now);
  }
  return conditions;
}

/** Tells users what has become of the Job between two statuses. */
export function statusEvents(job: Job, next: JobStatus): Action[] {
  const became = (type: string, status: 'True' | 'False'): JobCondition | undefined => {
    const before = job.status?.conditions?.find((condition) => condition.type === type);
    const after = next.conditions?.find((condition) => condition.type === type);
    return after?.status === status && before?.status !== status ? after : undefined;
  };
  const notes: Action[] = [];
  const tell = (severity: 'Normal' | 'Warning', reason: string, message: string): void => {
    notes.push({ type: 'record-event', regarding: job, severity, reason, message });
  };
  if (became('Suspended', 'True') !== undefined) tell('Normal', 'Suspended', 'Job suspended');
  if (became('Suspended', 'False') !== undefined) tell('Normal', 'Resumed', 'Job resumed');
  if (became('Complete', 'True') !== undefined) tell('Normal', 'Completed', 'Job completed');
  const failed = became('Failed', 'True');
  if (failed !== undefined) tell('Warning', failed.reason ?? 'Failed', failed.message ?? 'Job failed');
  return notes;
}
