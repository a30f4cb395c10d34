// The Job that a CronJob makes: at its time, or because somebody asks for it now. Pure.
import type { CronJob } from './kinds/cron-job.ts';
import type { Job } from './kinds/job.ts';
import type { ObjectMeta } from './meta.ts';
import { controllerReference } from './owner-references.ts';

/** Says that a person asked for the Job; kubectl sets it too. */
export const INSTANTIATE = 'cronjob.kubernetes.io/instantiate';

/** Where the schedule's Jobs and those asked for by hand differ. */
export interface JobIdentity {
  name?: string;
  generateName?: string;
  annotations: Readonly<Record<string, string>>;
}

const CRON_JOB = { group: 'batch', version: 'v1', kind: 'CronJob' };
/** Pods of a Job carry its name in a label, which holds no more; five characters are added to a generated one. */
const GENERATED_NAME_MAX = 63 - 5;
const MANUAL = '-manual-';

/** From the template, owned by the CronJob. */
export function jobOfCronJob(cronJob: CronJob, { annotations: own, ...names }: JobIdentity): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const { labels, annotations }: ObjectMeta = metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...names,
      namespace: cronJob.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, ...own },
      ownerReferences: [controllerReference(CRON_JOB, cronJob)],
    },
    spec,
  };
}

/** The Job of "run now"; the server gives it the rest of its name. */
export function manualJobOf(cronJob: CronJob): Job {
  const name = (cronJob.metadata.name ?? '').slice(0, GENERATED_NAME_MAX - MANUAL.length);
  return jobOfCronJob(cronJob, {
    generateName: `${name}${MANUAL}`,
    annotations: { [INSTANTIATE]: 'manual' },
  });
}
