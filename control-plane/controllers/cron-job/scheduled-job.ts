// The Job of one tick. Its name says which tick it is for, so that no tick runs twice.
import { cronJobKind, type CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import { controllerReference } from '@gantry/api/owner-references';
import { timeText } from '../../resources/new-object.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const MINUTE_MS = 60_000;

/** `<cron job>-<minutes since the epoch>`, as Kubernetes. */
export function scheduledJobName(cronJob: CronJob, dueMs: number): string {
  return `${cronJob.metadata.name ?? ''}-${Math.floor(dueMs / MINUTE_MS)}`;
}

export function scheduledJob(cronJob: CronJob, dueMs: number): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const { labels, annotations } = metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: scheduledJobName(cronJob, dueMs),
      namespace: cronJob.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [SCHEDULED_AT]: timeText(dueMs) },
      ownerReferences: [controllerReference(cronJobKind, cronJob)],
    },
    spec,
  };
}
