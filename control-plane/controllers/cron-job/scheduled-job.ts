// The Job of one tick. Its name says which tick it is for, so that no tick runs twice.
import { jobOfCronJob } from '@gantry/api/job-of-cron-job';
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import { timeText } from '@gantry/kit/time-text';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const MINUTE_MS = 60_000;

/** `<cron job>-<minutes since the epoch>`, as Kubernetes. */
export function scheduledJobName(cronJob: CronJob, dueMs: number): string {
  return `${cronJob.metadata.name ?? ''}-${Math.floor(dueMs / MINUTE_MS)}`;
}

export function scheduledJob(cronJob: CronJob, dueMs: number): Job {
  return jobOfCronJob(cronJob, {
    name: scheduledJobName(cronJob, dueMs),
    annotations: { [SCHEDULED_AT]: timeText(dueMs) },
  });
}
