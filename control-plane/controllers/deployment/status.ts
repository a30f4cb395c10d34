// A Deployment's status: counts of its pods, and the conditions Available, Progressing and ReplicaFailure.
import type { Deployment, DeploymentCondition, DeploymentStatus } from '@gantry/api/kinds/deployment';
import type { ActionFailure } from '../../engine/controller.ts';
import { nonZero } from '../count-fields.ts';
import { conditionIn, withCondition, withoutCondition, type Statement } from './conditions.ts';
import { sum, type Fleet } from './fleet.ts';
import { deadlineSeconds, progressConditions, progressing, subjectOf } from './progress.ts';

/** What kind of pass the status is written in. */
export interface StatusInputs {
  deployment: Deployment;
  fleet: Fleet;
  nowMs: number;
  failure: ActionFailure | undefined;
  /** An update is under way, rather than a scaling, a pause or an end: its progress is judged. */
  isUpdating: boolean;
  /** A ReplicaSet of this name is created in this pass. */
  creating?: string;
  collisionCount: number;
}

const CREATE_ERROR = 'ReplicaSetCreateError';

type Conditions = readonly DeploymentCondition[];

/** The status as of now. */
export function deploymentStatus(inputs: StatusInputs): DeploymentStatus {
  const { deployment, fleet, collisionCount } = inputs;
  const available = sum(fleet.all, (member) => member.available);
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...nonZero({
      replicas: sum(fleet.all, (member) => member.active),
      updatedReplicas: fleet.current?.active ?? 0,
      readyReplicas: sum(fleet.all, (member) => member.ready),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sum(fleet.all, (member) => member.size) - available),
      terminatingReplicas: sum(fleet.all, (member) => member.terminating),
      collisionCount,
    }),
  };
  const conditions = conditionsOf(inputs, counts, available);
  return { ...counts, ...(conditions.length > 0 ? { conditions: [...conditions] } : {}) };
}

function conditionsOf(inputs: StatusInputs, counts: DeploymentStatus, available: number): Conditions {
  const { deployment, fleet, nowMs, isUpdating } = inputs;
  let conditions: Conditions = deployment.status?.conditions ?? [];
  conditions = withCondition(conditions, availability(fleet, available), nowMs);
  conditions = pauseConditions(deployment, conditions, nowMs);
  if (!isUpdating) return conditions;
  conditions = versionConditions(inputs, conditions);
  conditions = progressConditions(deployment, conditions, counts, fleet.current?.name, nowMs);
  return failureConditions(inputs, conditions);
}

function availability({ replicas, limits }: Fleet, available: number): Statement {
  return available >= replicas - limits.maxUnavailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** A pause stops the clock of the deadline; going on starts it again. */
function pauseConditions(deployment: Deployment, conditions: Conditions, nowMs: number): Conditions {
  if (deadlineSeconds(deployment) === undefined) return conditions;
  const reason = conditionIn(conditions, 'Progressing')?.reason;
  if (reason === 'ProgressDeadlineExceeded') return conditions;
  const isPaused = deployment.spec.paused === true;
  if (isPaused && reason !== 'DeploymentPaused') {
    return withCondition(
      conditions,
      progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'),
      nowMs,
    );
  }
  if (!isPaused && reason === 'DeploymentPaused') {
    const resumed = progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed');
    return withCondition(conditions, resumed, nowMs);
  }
  return conditions;
}

/** A new version has been made or, after an undo or at the first sight, found. */
function versionConditions(inputs: StatusInputs, conditions: Conditions): Conditions {
  const { deployment, fleet, creating, failure, nowMs } = inputs;
  if (deadlineSeconds(deployment) === undefined) return conditions;
  const created = (name: string): Conditions =>
    withCondition(
      conditions,
      progressing('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`),
      nowMs,
    );
  if (creating !== undefined) return failure === undefined ? created(creating) : conditions;
  const reason = conditionIn(conditions, 'Progressing')?.reason;
  if (fleet.current === undefined) return conditions;
  if (reason === CREATE_ERROR) return created(fleet.current.name);
  if (reason !== undefined) return conditions;
  const message = `Found new replica set "${fleet.current.name}"`;
  return withCondition(conditions, progressing('True', 'FoundNewReplicaSet', message), nowMs);
}

/** Pods or a ReplicaSet that cannot be made are reported on the Deployment too. */
function failureConditions(inputs: StatusInputs, conditions: Conditions): Conditions {
  const { deployment, fleet, failure, nowMs } = inputs;
  if (failure?.type === 'create' && fleet.current === undefined) {
    const message = `Failed to create new replica set "${failure.name}": ${failure.message}`;
    return withCondition(conditions, progressing('False', CREATE_ERROR, message), nowMs);
  }
  const members = fleet.current === undefined ? fleet.old : [fleet.current, ...fleet.old];
  const found = members
    .flatMap(({ replicaSet }) => replicaSet.status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  if (found === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { status, reason = '', message = subjectOf(deployment, undefined) } = found;
  return withCondition(conditions, { type: 'ReplicaFailure', status, reason, message }, nowMs);
}
