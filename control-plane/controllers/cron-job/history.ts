// Which finished Jobs are kept, and what the status tells of the others. Pure.
import type { CronJob, CronJobStatus } from '@gantry/api/kinds/cron-job';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { timeMs } from '@gantry/kit/time-text';
import type { Action } from '../../engine/controller.ts';
import { compareText, createdAtMs, isDeleting } from '../pod-condition.ts';
import { holds } from '../status-condition.ts';
import type { Observed } from './observed.ts';

/** Kubernetes' defaults. */
const SUCCESSFUL_KEPT = 3;
const FAILED_KEPT = 1;

export function isSucceeded({ status }: Job): boolean {
  return holds(status?.conditions, 'Complete');
}

export function isFailed({ status }: Job): boolean {
  return holds(status?.conditions, 'Failed');
}

/** Neither finished nor on its way out. */
export function isRunning(job: Job): boolean {
  return !isSucceeded(job) && !isFailed(job) && !isDeleting(job);
}

/** Deletes the oldest finished Jobs beyond the limits. */
export function pruneHistory({ cronJob, jobs }: Observed): Action[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  const beyond = (finished: Job[], limit: number): Job[] =>
    finished
      .filter((job) => !isDeleting(job))
      .sort(byStart)
      .slice(0, Math.max(0, finished.filter((job) => !isDeleting(job)).length - limit));
  return [
    ...beyond(jobs.filter(isSucceeded), successfulJobsHistoryLimit ?? SUCCESSFUL_KEPT),
    ...beyond(jobs.filter(isFailed), failedJobsHistoryLimit ?? FAILED_KEPT),
  ].map((job) => deleteJob(cronJob, job, 'beyond the history limit'));
}

/** Deletes a Job in the CronJob's name; its pods go with it. */
export function deleteJob(cronJob: CronJob, job: Job, reason: string): Action {
  const { namespace = '', name = '', uid = '' } = job.metadata;
  return {
    type: 'delete',
    ref: { definition: jobKind, namespace, name, uid },
    propagationPolicy: 'Background',
    reason,
    event: {
      regarding: cronJob,
      severity: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted job ${name}`,
    },
  };
}

/** The status but for the last schedule time. */
export function jobsStatus({ cronJob, jobs }: Observed): CronJobStatus {
  const { active: _, lastSuccessfulTime, ...kept } = cronJob.status ?? {};
  const running = jobs.filter((job) => !isSucceeded(job) && !isFailed(job));
  const ends = jobs.filter(isSucceeded).map(({ status }) => status?.completionTime);
  const lastSuccess = [lastSuccessfulTime, ...ends]
    .filter((time) => time !== undefined)
    .sort((a, b) => (timeMs(a) ?? 0) - (timeMs(b) ?? 0))
    .at(-1);
  return {
    ...kept,
    ...(running.length === 0 ? {} : { active: running.map(referenceTo) }),
    ...(lastSuccess === undefined ? {} : { lastSuccessfulTime: lastSuccess }),
  };
}

/** Tells users of Jobs that were running at the last look and no longer do. */
export function endedJobEvents({ cronJob, jobs }: Observed): Action[] {
  return (cronJob.status?.active ?? []).flatMap(({ uid, name = '' }): Action[] => {
    const job = jobs.find(({ metadata }) => metadata.uid === uid);
    const tell = (severity: 'Normal' | 'Warning', reason: string, message: string): Action[] => [
      { type: 'record-event', regarding: cronJob, severity, reason, message },
    ];
    if (job === undefined) return tell('Normal', 'MissingJob', `Active job went missing: ${name}`);
    const condition = isSucceeded(job) ? 'Complete' : isFailed(job) ? 'Failed' : undefined;
    if (condition === undefined) return [];
    return tell('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`);
  });
}

function referenceTo({ metadata }: Job): NonNullable<CronJobStatus['active']>[number] {
  const { namespace = '', name = '', uid = '' } = metadata;
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid };
}

function byStart(a: Job, b: Job): number {
  const startMs = (job: Job): number => timeMs(job.status?.startTime) ?? createdAtMs(job);
  return startMs(a) - startMs(b) || compareText(a.metadata.name ?? '', b.metadata.name ?? '');
}
