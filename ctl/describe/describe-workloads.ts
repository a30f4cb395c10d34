// Deployments, ReplicaSets, DaemonSets, Jobs and CronJobs: how far they are, and the template of their pods. Pure.
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { formatAge } from '@gantry/api/duration';
import {
  formatLabelSelector,
  fromLabelSelectorObject,
  type LabelSelectorObject,
} from '@gantry/api/label-selector';
import type { AnyObject } from '@gantry/api/meta';
import { REVISION } from '@gantry/api/workload-revisions';
import { templateField } from './describe-pod.ts';
import {
  conditionsField,
  controlledBy,
  deletionFields,
  describer,
  identityFields,
  timeText,
} from './describer.ts';
import { NONE, type Field } from './layout.ts';

export const deploymentDescriber = describer<Deployment>(
  { replicaSets: true },
  (deployment, { replicaSets }) => {
    const { spec, status } = deployment;
    const strategy = spec.strategy ?? {};
    const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? {};
    const numbers = [
      `${spec.replicas ?? 1} desired`,
      `${status?.updatedReplicas ?? 0} updated`,
      `${status?.replicas ?? 0} total`,
      `${status?.availableReplicas ?? 0} available`,
      `${status?.unavailableReplicas ?? 0} unavailable`,
    ];
    const own = replicaSets.filter((set) => isOwnedBy(set, deployment));
    return [
      ...identityFields(deployment),
      ['Created', timeText(deployment.metadata.creationTimestamp)],
      ...deletionFields(deployment),
      ['Selector', selectorText(spec.selector)],
      ['Replicas', numbers.join(' | ')],
      ['Strategy', strategy.type ?? 'RollingUpdate'],
      [
        'Pace',
        maxUnavailable === undefined ? undefined : `${maxUnavailable} max unavailable, ${maxSurge} max surge`,
      ],
      ['Min Ready Seconds', String(spec.minReadySeconds ?? 0)],
      ['Paused', spec.paused === true ? 'True: changes of the template wait' : undefined],
      templateField(spec.template),
      conditionsField(status?.conditions),
      ['Replica Sets', own.length === 0 ? NONE : { rows: replicaSetRows(own) }],
    ];
  },
);

function replicaSetRows(sets: readonly ReplicaSet[]): string[][] {
  const revision = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[REVISION] ?? 0);
  return [
    ['Revision', 'Name', 'Desired', 'Current', 'Ready'],
    ...sets
      .toSorted((a, b) => revision(b) - revision(a))
      .map((set) => [
        String(revision(set)),
        set.metadata.name ?? '',
        String(set.spec.replicas ?? 1),
        String(set.status?.replicas ?? 0),
        String(set.status?.readyReplicas ?? 0),
      ]),
  ];
}

export const replicaSetDescriber = describer<ReplicaSet>({ pods: true }, (set, { pods }) => [
  ...identityFields(set),
  ...deletionFields(set),
  controlledBy(set),
  ['Selector', selectorText(set.spec.selector)],
  ['Replicas', `${set.status?.replicas ?? 0} current / ${set.spec.replicas ?? 1} desired`],
  ['Pods Status', phasesText(pods.filter((pod) => isOwnedBy(pod, set)))],
  templateField(set.spec.template),
  conditionsField(set.status?.conditions),
]);

export const daemonSetDescriber = describer<DaemonSet>({ pods: true }, (set, { pods }) => {
  const { spec, status } = set;
  const { maxUnavailable, maxSurge } = spec.updateStrategy?.rollingUpdate ?? {};
  return [
    ...identityFields(set),
    ...deletionFields(set),
    ['Selector', selectorText(spec.selector)],
    ['Update Strategy', spec.updateStrategy?.type ?? 'RollingUpdate'],
    [
      'Pace',
      maxUnavailable === undefined
        ? undefined
        : `${maxUnavailable} max unavailable, ${maxSurge ?? 0} max surge`,
    ],
    ['Nodes Desired', String(status?.desiredNumberScheduled ?? 0)],
    ['Nodes Current', String(status?.currentNumberScheduled ?? 0)],
    ['Nodes Up-to-date', String(status?.updatedNumberScheduled ?? 0)],
    ['Nodes Available', String(status?.numberAvailable ?? 0)],
    ['Nodes Misscheduled', String(status?.numberMisscheduled ?? 0)],
    ['Pods Status', phasesText(pods.filter((pod) => isOwnedBy(pod, set)))],
    templateField(spec.template),
    conditionsField(status?.conditions),
  ];
});

export const jobDescriber = describer<Job>({}, (job) => [
  ...identityFields(job),
  ...deletionFields(job),
  controlledBy(job),
  ...jobOrderFields(job),
  ...jobStateFields(job),
  templateField(job.spec.template),
  conditionsField(job.status?.conditions),
]);

function jobOrderFields({ spec }: Job): Field[] {
  return [
    ['Selector', selectorText(spec.selector)],
    ['Completions', spec.completions === undefined ? 'the first success ends it' : String(spec.completions)],
    ['Completion Mode', spec.completionMode ?? 'NonIndexed'],
    ['Parallelism', String(spec.parallelism ?? 1)],
    ['Backoff Limit', String(spec.backoffLimit ?? 6)],
    ['Suspended', spec.suspend === true ? 'True' : undefined],
    ['Active Deadline', secondsText(spec.activeDeadlineSeconds)],
    ['Kept After Its End', secondsText(spec.ttlSecondsAfterFinished)],
  ];
}

function jobStateFields({ status }: Job): Field[] {
  const { active = 0, ready = 0, succeeded = 0, failed = 0 } = status ?? {};
  return [
    ['Start Time', timeText(status?.startTime)],
    ['Completed At', status?.completionTime === undefined ? undefined : timeText(status.completionTime)],
    ['Duration', durationText(status?.startTime, status?.completionTime)],
    ['Pods Status', `${active} Active (${ready} Ready) / ${succeeded} Succeeded / ${failed} Failed`],
    ['Completed Indexes', status?.completedIndexes],
    ['Failed Indexes', status?.failedIndexes],
  ];
}

export const cronJobDescriber = describer<CronJob>({}, (cronJob) => {
  const { spec, status } = cronJob;
  const job = spec.jobTemplate.spec;
  return [
    ...identityFields(cronJob),
    ...deletionFields(cronJob),
    ['Schedule', spec.schedule],
    ['Time Zone', spec.timeZone ?? 'UTC'],
    ['Concurrency Policy', spec.concurrencyPolicy ?? 'Allow'],
    ['Suspend', spec.suspend === true ? 'True' : 'False'],
    ['Starting Deadline', secondsText(spec.startingDeadlineSeconds) ?? NONE],
    ['Successful Jobs Kept', String(spec.successfulJobsHistoryLimit ?? 3)],
    ['Failed Jobs Kept', String(spec.failedJobsHistoryLimit ?? 1)],
    ['Parallelism', String(job.parallelism ?? 1)],
    ['Completions', String(job.completions ?? 1)],
    ['Last Schedule Time', timeText(status?.lastScheduleTime)],
    ['Last Success', timeText(status?.lastSuccessfulTime)],
    ['Active Jobs', (status?.active ?? []).map(({ name }) => name ?? '')],
    templateField(job.template),
  ];
});

const selectorText = (selector: LabelSelectorObject | undefined): string =>
  selector === undefined ? NONE : formatLabelSelector(fromLabelSelectorObject(selector));

const isOwnedBy = (
  object: { metadata: AnyObject['metadata'] },
  owner: { metadata: AnyObject['metadata'] },
): boolean => object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;

const secondsText = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : `${seconds}s`;

function phasesText(pods: readonly Pod[]): string {
  const count = (phase: string): number =>
    pods.filter(({ status }) => (status?.phase ?? 'Pending') === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

function durationText(from: string | undefined, to: string | undefined): string | undefined {
  return from === undefined || to === undefined ? undefined : formatAge(Date.parse(to) - Date.parse(from));
}
