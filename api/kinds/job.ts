// Job: pods that run to their end, a number of times.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import {
  described,
  flag,
  integer,
  listOf,
  long,
  notYet,
  oneOf,
  onlyWith,
  optional,
  struct,
  text,
  time,
} from '../schema.ts';
import { LabelSelector } from './label-selector.ts';
import { objectFields } from './object-fields.ts';
import { PodTemplateSpec } from './pod/pod-spec.ts';
import { jobColumns } from './job/job-columns.ts';
import { applyJobDefaults } from './job/job-defaults.ts';
import { checkJob, jobUpdateIssues } from './job/job-check.ts';
import { selectOwnPods } from './job/job-selector.ts';

const BATCH = 'io.k8s.api.batch.v1';
const DESCRIPTION = 'Runs pods until a number of them has succeeded.';

export const JobSpec = struct(
  `${BATCH}.JobSpec`,
  'What a Job is to be.',
  {
    template: described(
      'From which its pods are made; restartPolicy must be Never or OnFailure.',
      PodTemplateSpec,
    ),
    parallelism: optional(integer('How many pods run at once; 1 when absent.', { minimum: 0 })),
    completions: optional(
      integer('How many pods must succeed. Absent with parallelism set: the first success ends the Job.', {
        minimum: 0,
      }),
    ),
    completionMode: optional(
      oneOf(
        'NonIndexed: all pods are alike. Indexed: each has a number, 0 to completions - 1.',
        ['NonIndexed', 'Indexed'],
        {
          default: 'NonIndexed',
        },
      ),
    ),
    backoffLimit: optional(
      integer('How many failures make the Job fail; the wait between tries doubles.', {
        minimum: 0,
        default: 6,
      }),
    ),
    activeDeadlineSeconds: optional(
      long('Seconds after which the Job is ended as failed, whatever it does.', { minimum: 1 }),
    ),
    ttlSecondsAfterFinished: optional(
      integer('Seconds after its end at which the Job is deleted; kept when absent.', { minimum: 0 }),
    ),
    suspend: optional(flag('Whether the Job waits; its running pods are stopped.', { default: false })),
    selector: optional(described('Selects its pods. Made by the server; leave it out.', LabelSelector)),
    manualSelector: optional(flag('Whether the selector is yours; then make it unique.')),
    podReplacementPolicy: optional(
      onlyWith(
        ['TerminatingOrFailed'],
        text('TerminatingOrFailed: a pod is replaced as soon as it fails or is being deleted.'),
      ),
    ),
  },
  notYet({
    backoffLimitPerIndex: 'backoffLimit counts the failures of all indexes together.',
    maxFailedIndexes: 'backoffLimit counts the failures of all indexes together.',
    podFailurePolicy: 'Every failure counts against backoffLimit.',
    successPolicy: 'All completions must succeed.',
    managedBy: 'Gantry runs every Job itself.',
  }),
);
export type JobSpec = Static<typeof JobSpec>;

export const JobCondition = struct(`${BATCH}.JobCondition`, 'One observed fact about a Job.', {
  type: text('Which fact: Complete, Failed, Suspended, SuccessCriteriaMet, FailureTarget.'),
  status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
  reason: optional(text('One word for programs: why.')),
  message: optional(text('A sentence for people: why.')),
  lastProbeTime: optional(time('When it was last looked at.')),
  lastTransitionTime: optional(time('When `status` last changed.')),
});
export type JobCondition = Static<typeof JobCondition>;

const uidSet = (description: string) => listOf(description, text('UID of a pod.'), { listType: 'set' });

export const UncountedTerminatedPods = struct(
  `${BATCH}.UncountedTerminatedPods`,
  'Ended pods that are not in the counters yet.',
  {
    succeeded: optional(uidSet('Pods that succeeded.')),
    failed: optional(uidSet('Pods that failed.')),
  },
);

export const JobStatus = struct(`${BATCH}.JobStatus`, 'What is observed of a Job.', {
  conditions: optional(
    listOf('Observed facts.', JobCondition, { patchMergeKey: 'type', listType: 'atomic' }),
  ),
  startTime: optional(time('When the Job began, or was last resumed.')),
  completionTime: optional(time('When the Job completed.')),
  active: optional(integer('Pods that wait or run.')),
  ready: optional(integer('Of them, those that are ready.')),
  terminating: optional(integer('Pods that are being stopped.')),
  succeeded: optional(integer('Pods that succeeded.')),
  failed: optional(integer('Pods that failed.')),
  completedIndexes: optional(text('Indexes that succeeded, e.g. `0-2,5`.')),
  failedIndexes: optional(text('Indexes that failed for good.')),
  uncountedTerminatedPods: optional(
    described('Ended pods that are not in the counters yet.', UncountedTerminatedPods),
  ),
});
export type JobStatus = Static<typeof JobStatus>;

export const Job = struct(`${BATCH}.Job`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the Job is to be.', JobSpec),
  status: optional(described('What is observed of it.', JobStatus)),
});
export type Job = Static<typeof Job>;

export const jobKind = defineKind<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  shortNames: [],
  categories: ['all'],
  namespaced: true,
  schema: Job,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults: ({ spec }) => applyJobDefaults(spec),
  check: checkJob,
  checkUpdate: (job, old) => jobUpdateIssues(job.spec, old.spec),
  initialStatus: selectOwnPods,
  columns: jobColumns,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
});
