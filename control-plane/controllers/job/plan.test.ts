// Table of a Job's plans, each as an operator would read it.
import test from 'ava';
import type { JobSpec, JobStatus } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { controllerOf } from '@gantry/api/owner-references';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { readerOf } from '../../engine/toy-world.ts';
import { transcriptOf } from '../../engine/transcript.ts';
import { jobController } from './job-controller.ts';
import { observe } from './observed.ts';
import { plan } from './plan.ts';
import { aJob, aJobPod, JOB_KEY, START_MS, withJobPod, worldWith } from './test-job.ts';

interface Row {
  title: string;
  spec?: Partial<JobSpec>;
  status?: JobStatus;
  pods?: Pod[];
  atSeconds?: number;
  lines: string[];
}

const started: JobStatus = {
  startTime: '2026-01-01T00:00:00Z',
  ready: 0,
  terminating: 0,
  uncountedTerminatedPods: {},
};

const rows: Row[] = [
  {
    title: 'a new Job starts as many pods as run at once',
    spec: { completions: 3, parallelism: 2 },
    lines: [
      'because starting 2 pods',
      'create pods default/work-*',
      '  tell Normal SuccessfulCreate: Created pod: work-*',
      'create pods default/work-*',
      '  tell Normal SuccessfulCreate: Created pod: work-*',
      'status of jobs.batch default/work: ready none -> 0, terminating none -> 0',
    ],
  },
  {
    title: 'a pod that succeeded is noted first, and keeps its finalizer until that is stored',
    spec: { completions: 2 },
    status: started,
    pods: [aJobPod('work-a', { phase: 'Succeeded' })],
    lines: [
      'because starting 1 pod',
      'create pods default/work-*',
      '  tell Normal SuccessfulCreate: Created pod: work-*',
      'status of jobs.batch default/work: uncountedTerminatedPods.succeeded.0 none -> uid-work-a',
    ],
  },
  {
    title: 'a noted pod loses its finalizer, and is not counted yet',
    spec: { completions: 1 },
    status: { ...started, uncountedTerminatedPods: { succeeded: ['uid-work-a'] } },
    pods: [aJobPod('work-a', { phase: 'Succeeded' })],
    lines: [
      'because noting the end of 1 pod',
      'because Reached expected number of succeeded pods',
      'update pods default/work-a: metadata.finalizers.0 batch.kubernetes.io/job-tracking -> none',
      'status of jobs.batch default/work: conditions.SuccessCriteriaMet none -> True (CompletionsReached)',
    ],
  },
  {
    title: 'a pod that has lost its finalizer is counted, and the Job completes',
    spec: { completions: 1 },
    status: {
      ...started,
      conditions: [
        {
          type: 'SuccessCriteriaMet',
          status: 'True',
          reason: 'CompletionsReached',
          message: 'Reached expected number of succeeded pods',
        },
      ],
      uncountedTerminatedPods: { succeeded: ['uid-work-a'] },
    },
    pods: [aJobPod('work-a', { phase: 'Succeeded', tracked: false })],
    lines: [
      'because Reached expected number of succeeded pods',
      '  tell Normal Completed: Job completed',
      'status of jobs.batch default/work: uncountedTerminatedPods.succeeded.0 uid-work-a -> none, conditions.Complete none -> True (CompletionsReached), succeeded none -> 1',
    ],
  },
  {
    title: 'a pod that is gone altogether is counted by its note',
    spec: { completions: 2 },
    status: { ...started, uncountedTerminatedPods: { failed: ['uid-work-a'] } },
    lines: [
      'because starting 1 pod',
      'create pods default/work-*',
      '  tell Normal SuccessfulCreate: Created pod: work-*',
      'status of jobs.batch default/work: uncountedTerminatedPods.failed.0 uid-work-a -> none, failed none -> 1',
    ],
  },
  {
    title: 'after a failure the next pod waits',
    status: started,
    pods: [aJobPod('work-a', { phase: 'Failed', tracked: false, endedAtSeconds: 100 })],
    atSeconds: 104,
    lines: [
      'because starting 1 pod in 6 s: after failures new pods wait longer and longer',
      'look again in 6 s',
    ],
  },
  {
    title: 'the wait doubles with each failure since the last success',
    spec: { completions: 5 },
    status: { ...started, failed: 2 },
    pods: [
      aJobPod('work-a', { phase: 'Failed', tracked: false, endedAtSeconds: 10 }),
      aJobPod('work-b', { phase: 'Succeeded', tracked: false, endedAtSeconds: 20 }),
      aJobPod('work-c', { phase: 'Failed', tracked: false, endedAtSeconds: 90 }),
      aJobPod('work-d', { phase: 'Failed', tracked: false, endedAtSeconds: 100 }),
    ],
    atSeconds: 100,
    lines: [
      'because starting 1 pod in 20 s: after failures new pods wait longer and longer',
      'look again in 20 s',
    ],
  },
  {
    title: 'more failures than the limit end the Job; what still runs is deleted',
    spec: { backoffLimit: 0, parallelism: 2, completions: 2 },
    status: { ...started, active: 1, uncountedTerminatedPods: { failed: ['uid-work-a'] } },
    pods: [aJobPod('work-a', { phase: 'Failed' }), aJobPod('work-b')],
    lines: [
      'because noting the end of 1 pod',
      'because Job has reached the specified backoff limit; 1 pod still to end',
      'update pods default/work-a: metadata.finalizers.0 batch.kubernetes.io/job-tracking -> none',
      'delete pods default/work-b: Job has reached the specified backoff limit',
      '  tell Normal SuccessfulDelete: Deleted pod: work-b',
      'status of jobs.batch default/work: conditions.FailureTarget none -> True (BackoffLimitExceeded)',
    ],
  },
  {
    title: 'restarts in place count against the limit, too',
    spec: {
      backoffLimit: 3,
      template: { spec: { containers: [{ name: 'main', image: 'work:1' }], restartPolicy: 'OnFailure' } },
    },
    status: { ...started, active: 1 },
    pods: [aJobPod('work-a', { restarts: 3 })],
    lines: [
      'because Job has reached the specified backoff limit; 1 pod still to end',
      'delete pods default/work-a: Job has reached the specified backoff limit',
      '  tell Normal SuccessfulDelete: Deleted pod: work-a',
      'status of jobs.batch default/work: conditions.FailureTarget none -> True (BackoffLimitExceeded)',
    ],
  },
  {
    title: 'the deadline is looked at in time',
    spec: { activeDeadlineSeconds: 60 },
    status: { ...started, active: 1 },
    pods: [aJobPod('work-a')],
    atSeconds: 20,
    lines: ['because waiting for 1 pod to end', 'look again in 40 s'],
  },
  {
    title: 'past the deadline the Job fails',
    spec: { activeDeadlineSeconds: 60 },
    status: {
      ...started,
      failed: 1,
      conditions: [
        {
          type: 'FailureTarget',
          status: 'True',
          reason: 'DeadlineExceeded',
          message: 'Job was active longer than specified deadline',
        },
      ],
    },
    atSeconds: 61,
    lines: [
      'because Job was active longer than specified deadline',
      '  tell Warning DeadlineExceeded: Job was active longer than specified deadline',
      'status of jobs.batch default/work: conditions.Failed none -> True (DeadlineExceeded)',
    ],
  },
  {
    title: 'suspended: running pods are let go uncounted, first their finalizer',
    spec: { suspend: true },
    status: { ...started, active: 1 },
    pods: [aJobPod('work-a')],
    lines: [
      'because suspended: no pods are started until spec.suspend is false',
      'because stopping 1 pod that the Job no longer needs',
      'because waiting for 1 pod to end',
      'update pods default/work-a: metadata.finalizers.0 batch.kubernetes.io/job-tracking -> none',
      '  tell Normal Suspended: Job suspended',
      'status of jobs.batch default/work: conditions.Suspended none -> True (JobSuspended)',
    ],
  },
  {
    title: 'a pod without finalizer is then deleted',
    spec: { suspend: true },
    status: {
      active: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
      conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }],
    },
    pods: [aJobPod('work-a', { tracked: false })],
    lines: [
      'because suspended: no pods are started until spec.suspend is false',
      'because stopping 1 pod that the Job no longer needs',
      'because waiting for 1 pod to end',
      'delete pods default/work-a: no longer wanted',
      '  tell Normal SuccessfulDelete: Deleted pod: work-a',
    ],
  },
  {
    title: 'a pod deleted by somebody else counts as failed',
    spec: { completions: 1 },
    status: { ...started, active: 1 },
    pods: [aJobPod('work-a', { deleting: true })],
    lines: [
      'because starting 1 pod',
      'create pods default/work-*',
      '  tell Normal SuccessfulCreate: Created pod: work-*',
      'status of jobs.batch default/work: terminating 0 -> 1, uncountedTerminatedPods.failed.0 none -> uid-work-a, active 1 -> none',
    ],
  },
  {
    title: 'indexed: the lowest missing indexes are started',
    spec: { completionMode: 'Indexed', completions: 4, parallelism: 2 },
    status: { ...started, active: 1, succeeded: 1, completedIndexes: '0' },
    pods: [aJobPod('work-2-a', { index: 2 })],
    lines: [
      'because starting 1 pod',
      'because waiting for 1 pod to end',
      'create pods default/work-1-*',
      '  tell Normal SuccessfulCreate: Created pod: work-1-*',
    ],
  },
  {
    title: 'indexed: a second pod of one index is let go',
    spec: { completionMode: 'Indexed', completions: 2, parallelism: 2 },
    status: { ...started, active: 3, ready: 1 },
    pods: [
      aJobPod('work-0-a', { index: 0 }),
      aJobPod('work-0-b', { index: 0, ready: true }),
      aJobPod('work-1-a', { index: 1 }),
    ],
    lines: [
      'because stopping 1 pod that the Job no longer needs',
      'because waiting for 3 pods to end',
      'update pods default/work-0-a: metadata.finalizers.0 batch.kubernetes.io/job-tracking -> none',
    ],
  },
  {
    title: 'a work queue starts no more pods after its first success',
    spec: { parallelism: 3 },
    status: { ...started, active: 1, succeeded: 1 },
    pods: [aJobPod('work-a')],
    lines: ['because waiting for 1 pod to end'],
  },
  {
    title: 'a finished Job is kept for its time to live',
    spec: { ttlSecondsAfterFinished: 100 },
    status: {
      conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
    atSeconds: 30,
    lines: ['because finished; deleted in 70 s (ttlSecondsAfterFinished)', 'look again in 70 s'],
  },
  {
    title: 'and then deleted',
    spec: { ttlSecondsAfterFinished: 100 },
    status: {
      conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
    atSeconds: 100,
    lines: [
      'because deleted: ttlSecondsAfterFinished is over',
      'delete jobs.batch default/work: ttlSecondsAfterFinished is over',
    ],
  },
];

for (const { title, spec, status, pods = [], atSeconds = 0, lines } of rows) {
  test(title, (t) => {
    const job = aJob(spec, status);
    const world = pods.reduce(withJobPod, worldWith(job));
    const reader = readerOf(world);
    const observed = observe(reader, JOB_KEY);
    if (observed === undefined) return t.fail();
    const ids = idsFrom(seededRandom(1));
    const decided = plan(observed, { nowMs: START_MS + atSeconds * 1000, ids });
    const transcript = transcriptOf(jobController, observed.job, decided, reader);
    t.deepEqual(transcript.map(withoutSuffix), lines);
  });
}

function withoutSuffix(line: string): string {
  return line.replace(/(work(?:-\d+)?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1-*');
}

test('an indexed pod knows its number', (t) => {
  const job = aJob({ completionMode: 'Indexed', completions: 1 });
  const ids = idsFrom(seededRandom(1));
  const [action] = plan({ job, pods: [] }, { nowMs: START_MS, ids }).actions;
  if (action?.type !== 'create') return t.fail();
  const pod = action.object as Pod;
  t.regex(pod.metadata.name ?? '', /^work-0-\w{5}$/);
  t.is(pod.spec.hostname, 'work-0');
  t.is(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'], '0');
  t.is(pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'], '0');
  t.is(pod.metadata.labels?.['batch.kubernetes.io/job-name'], 'work');
  t.deepEqual(pod.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
  t.is(controllerOf(pod)?.uid, 'job-uid');
  t.is(pod.spec.containers[0]?.env?.[0]?.name, 'JOB_COMPLETION_INDEX');
});
