// CronJob: a Job again and again, by the clock.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { ObjectMeta } from '../meta.ts';
import { described, flag, integer, listOf, long, oneOf, optional, struct, text, time } from '../schema.ts';
import { JobSpec } from './job.ts';
import { objectFields } from './object-fields.ts';
import { ObjectReference } from './reference.ts';
import { cronProblem, timeZoneProblem } from '../cron-schedule.ts';
import type { Issue } from '../issue.ts';
import { dnsSubdomainProblem, type TextRule } from '../names.ts';
import { metadataIssues, templateMetadataIssues, textIssues } from './check-metadata.ts';
import { ageColumn, countColumn, NONE, sinceText, workloadColumns } from './columns.ts';
import { jobSpecIssues } from './job/job-check.ts';
import { applyJobDefaults } from './job/job-defaults.ts';

const BATCH = 'io.k8s.api.batch.v1';
const DESCRIPTION = 'Makes a Job at the times that a schedule names.';

export const JobTemplateSpec = struct(`${BATCH}.JobTemplateSpec`, 'From which Jobs are made.', {
  metadata: optional(described('Labels and annotations of the Jobs.', ObjectMeta)),
  spec: described('What the Jobs are to be.', JobSpec),
});
export type JobTemplateSpec = Static<typeof JobTemplateSpec>;

export const CronJobSpec = struct(`${BATCH}.CronJobSpec`, 'What a CronJob is to be.', {
  schedule: text('Minute, hour, day of month, month, day of week: `*/5 * * * *`; or @hourly, @daily, …'),
  timeZone: optional(
    text("Time zone of the schedule, e.g. Europe/Berlin; the control plane's own when absent."),
  ),
  startingDeadlineSeconds: optional(
    long('Seconds by which a Job may begin late; without limit when absent.', { minimum: 0 }),
  ),
  concurrencyPolicy: optional(
    oneOf(
      'What happens when the last Job still runs: both run, the new one is left out, or the old one is ended.',
      ['Allow', 'Forbid', 'Replace'],
      {
        default: 'Allow',
      },
    ),
  ),
  suspend: optional(flag('Whether no new Jobs are made.', { default: false })),
  jobTemplate: described('From which the Jobs are made.', JobTemplateSpec),
  successfulJobsHistoryLimit: optional(
    integer('How many completed Jobs are kept.', { minimum: 0, default: 3 }),
  ),
  failedJobsHistoryLimit: optional(integer('How many failed Jobs are kept.', { minimum: 0, default: 1 })),
});
export type CronJobSpec = Static<typeof CronJobSpec>;

export const CronJobStatus = struct(`${BATCH}.CronJobStatus`, 'What is observed of a CronJob.', {
  active: optional(listOf('Jobs that run now.', ObjectReference)),
  lastScheduleTime: optional(time('When a Job was last due and made.')),
  lastSuccessfulTime: optional(time('When a Job last completed.')),
});
export type CronJobStatus = Static<typeof CronJobStatus>;

export const CronJob = struct(`${BATCH}.CronJob`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the CronJob is to be.', CronJobSpec),
  status: optional(described('What is observed of it.', CronJobStatus)),
});
export type CronJob = Static<typeof CronJob>;

export const cronJobKind = defineKind<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: CronJob,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults: ({ spec }) => applyJobDefaults(spec.jobTemplate.spec),
  check: (cronJob) => [...metadataIssues(cronJob.metadata, cronJobNameProblem), ...specIssues(cronJob.spec)],
  columns: [
    {
      name: 'Schedule',
      type: 'string',
      description: 'When Jobs are made.',
      value: ({ spec }) => spec.schedule,
    },
    {
      name: 'Timezone',
      type: 'string',
      description: 'Its time zone.',
      value: ({ spec }) => spec.timeZone ?? NONE,
    },
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'Whether no new Jobs are made.',
      value: ({ spec }) => (spec.suspend === true ? 'True' : 'False'),
    },
    countColumn('Active', 'Jobs that run now.', ({ status }) => status?.active?.length),
    {
      name: 'Last Schedule',
      type: 'string',
      description: 'Time since a Job was last due and made.',
      value: ({ status }, nowMs) => sinceText(status?.lastScheduleTime, nowMs, NONE),
    },
    ageColumn(),
    ...workloadColumns<CronJob>(
      ({ spec }) => spec.jobTemplate.spec.template,
      ({ spec }) => spec.jobTemplate.spec.selector,
    ),
  ],
  selectableFields: {},
});

/** Its Jobs add eleven characters to its name. */
const NAME_MAX = 52;

const cronJobNameProblem: TextRule = (name) =>
  name.length > NAME_MAX
    ? `must be no more than ${NAME_MAX} characters, since its Jobs add to it`
    : dnsSubdomainProblem(name);

function specIssues(spec: CronJobSpec): Issue[] {
  const path = 'spec.jobTemplate';
  return [
    ...textIssues('spec.schedule', spec.schedule, cronProblem),
    ...(spec.timeZone === undefined ? [] : textIssues('spec.timeZone', spec.timeZone, timeZoneProblem)),
    ...templateMetadataIssues(spec.jobTemplate.metadata, `${path}.metadata`),
    ...jobSpecIssues(spec.jobTemplate.spec, `${path}.spec`),
  ];
}
