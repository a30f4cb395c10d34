// Whether an update goes on, is done, or is stuck: the condition Progressing, which `kubectl rollout status` reads.
import type { Deployment, DeploymentCondition, DeploymentStatus } from '@gantry/api/kinds/deployment';
import { timeMs } from '@gantry/kit/time-text';
import { conditionIn, refreshed, withCondition, withoutCondition, type Statement } from './conditions.ts';

type Conditions = readonly DeploymentCondition[];
type Counts = Omit<DeploymentStatus, 'conditions'>;

/** "No deadline", as Kubernetes writes it. */
const NEVER_SECONDS = 2 ** 31 - 1;
/** The deadline is looked at this long after it. */
const DEADLINE_SLACK_MS = 1000;

/** What the current version is called in sentences: its ReplicaSet, or the Deployment when there is none yet. */
export function subjectOf(deployment: Deployment, currentName: string | undefined): string {
  return currentName === undefined
    ? `Deployment "${deployment.metadata.name ?? ''}"`
    : `ReplicaSet "${currentName}"`;
}

/** Seconds without progress that are allowed; undefined for any number. */
export function deadlineSeconds({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds;
  return seconds === NEVER_SECONDS ? undefined : seconds;
}

/** Whether all pods are of the current version, available, and no others are left. */
export function isComplete(deployment: Deployment, counts: Counts): boolean {
  const { replicas: wanted = 1 } = deployment.spec;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = counts;
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

/** Whether more of the new pods, or fewer of the old ones, are there than before. */
function hasProgressed(before: Counts, now: Counts): boolean {
  const old = (counts: Counts): number => (counts.replicas ?? 0) - (counts.updatedReplicas ?? 0);
  const grown = (figure: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean =>
    (now[figure] ?? 0) > (before[figure] ?? 0);
  return (
    grown('updatedReplicas') || old(now) < old(before) || grown('readyReplicas') || grown('availableReplicas')
  );
}

/** Milliseconds until the deadline passes; undefined when there is none or it has been reported. */
export function untilDeadlineMs(
  deployment: Deployment,
  conditions: Conditions,
  nowMs: number,
): number | undefined {
  const seconds = deadlineSeconds(deployment);
  const progressing = conditionIn(conditions, 'Progressing');
  const sinceMs = timeMs(progressing?.lastUpdateTime);
  if (seconds === undefined || progressing === undefined || sinceMs === undefined) return undefined;
  if (progressing.reason === 'NewReplicaSetAvailable') return undefined;
  if (progressing.reason === 'ProgressDeadlineExceeded') return undefined;
  return sinceMs + seconds * 1000 - nowMs;
}

/** When to look at the deadline, as a delay. */
export function deadlineRecheckMs(
  deployment: Deployment,
  conditions: Conditions,
  nowMs: number,
): number | undefined {
  const untilMs = untilDeadlineMs(deployment, conditions, nowMs);
  return untilMs === undefined ? undefined : Math.max(0, untilMs) + DEADLINE_SLACK_MS;
}

/** The conditions after looking at the progress since the last status. */
export function progressConditions(
  deployment: Deployment,
  conditions: Conditions,
  counts: Counts,
  currentName: string | undefined,
  nowMs: number,
): Conditions {
  if (deadlineSeconds(deployment) === undefined) return withoutCondition(conditions, 'Progressing');
  const subject = subjectOf(deployment, currentName);
  const before = conditionIn(conditions, 'Progressing');
  const isDone = counts.replicas === counts.updatedReplicas && before?.reason === 'NewReplicaSetAvailable';
  if (isDone) return conditions;
  if (isComplete(deployment, counts)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, progressing('True', 'NewReplicaSetAvailable', message), nowMs);
  }
  if (hasProgressed(deployment.status ?? {}, counts)) {
    const message = `${subject} is progressing.`;
    return refreshed(conditions, progressing('True', 'ReplicaSetUpdated', message), nowMs);
  }
  if (isOverdue(deployment, conditions, nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, progressing('False', 'ProgressDeadlineExceeded', message), nowMs);
  }
  return conditions;
}

/** A statement about the progress. */
export function progressing(
  status: DeploymentCondition['status'],
  reason: string,
  message: string,
): Statement {
  return { type: 'Progressing', status, reason, message };
}

function isOverdue(deployment: Deployment, conditions: Conditions, nowMs: number): boolean {
  const untilMs = untilDeadlineMs(deployment, conditions, nowMs);
  return untilMs !== undefined && untilMs < 0;
}
