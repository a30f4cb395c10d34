// The conditions of a Rollout: Available, Progressing, Paused, Healthy, Completed, InvalidSpec, ReplicaFailure. Pure.
import type { RolloutStatus } from '@gantry/api/kinds/rollout';
import { timeMs } from '@gantry/kit/time-text';
import {
  conditionIn,
  refreshed,
  withCondition,
  withoutCondition,
  type Statement,
} from '../deployment/conditions.ts';
import { sum } from './fleet.ts';
import { limitsOf } from '@gantry/api/rollout/settings';
import type { StatusInputs } from './status.ts';

type Conditions = NonNullable<RolloutStatus['conditions']>;
type Phase = NonNullable<RolloutStatus['phase']>;

/** "No deadline", as Kubernetes writes it. */
const NEVER_SECONDS = 2 ** 31 - 1;
/** Waits of people, flags, analyses and time, that no deadline counts. */
const PATIENT: ReadonlySet<string> = new Set([
  'pausing',
  'waiting-for-promotion',
  'promoting-later',
  'analysing',
  'experimenting',
  'gate-closed',
  'gate-unknown',
  'flag-unknown',
  'waiting-for-rollouts',
  'paused',
  'aborted',
  'invalid-spec',
]);

/** The conditions as of now. */
export function conditionsOf(inputs: StatusInputs, status: RolloutStatus, phase: Phase): Conditions {
  const { scene, decision, isAtRest, reasons, failure } = inputs;
  const { rollout, nowMs, fleet } = scene;
  let conditions: readonly Conditions[number][] = rollout.status?.conditions ?? [];
  const say = (type: string, is: boolean, reason: string, message: string): void => {
    conditions = withCondition(conditions, { type, status: is ? 'True' : 'False', reason, message }, nowMs);
  };
  const invalid = reasons.find((reason) => reason.type === 'invalid-spec');
  if (invalid === undefined) conditions = withoutCondition(conditions, 'InvalidSpec');
  else say('InvalidSpec', true, 'InvalidSpec', invalid.problem);
  const available =
    sum(fleet.all, (member) => member.available) >= fleet.replicas - limitsOf(rollout.spec).maxUnavailable;
  say(
    'Available',
    available,
    available ? 'AvailableReason' : 'MinimumReplicasUnavailable',
    available ? 'Rollout has minimum availability' : 'Rollout does not have minimum availability',
  );
  const isPaused = phase === 'Paused';
  say(
    'Paused',
    isPaused,
    isPaused ? 'RolloutPaused' : 'RolloutNotPaused',
    isPaused ? 'Rollout is paused' : 'Rollout is not paused',
  );
  say(
    'Healthy',
    isAtRest,
    isAtRest ? 'RolloutHealthy' : 'RolloutNotHealthy',
    isAtRest ? 'Rollout is healthy' : 'Rollout is not healthy',
  );
  const isDone = (fleet.stableHash === fleet.hash || decision.promotes) && isAtRest;
  say(
    'Completed',
    isDone,
    isDone ? 'RolloutCompleted' : 'RolloutNotCompleted',
    isDone ? 'Rollout completed' : 'Rollout not completed',
  );
  conditions = progressing(inputs, conditions, status);
  if (failure?.type === 'create') say('ReplicaFailure', true, failure.code, failure.message);
  else conditions = withoutCondition(conditions, 'ReplicaFailure');
  return [...conditions];
}

function progressing(
  inputs: StatusInputs,
  conditions: readonly Conditions[number][],
  status: RolloutStatus,
): readonly Conditions[number][] {
  const { scene, decision, isAtRest } = inputs;
  const { rollout, nowMs, fleet } = scene;
  const name = fleet.current?.name ?? inputs.creating ?? rollout.metadata.name ?? '';
  const statement = (is: Statement['status'], reason: string, message: string): Statement => ({
    ...{ type: 'Progressing', status: is },
    ...{ reason, message },
  });
  if (decision.abort !== undefined)
    return withCondition(conditions, statement('False', 'RolloutAborted', decision.abort.message), nowMs);
  if (isAtRest)
    return withCondition(
      conditions,
      statement('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`),
      nowMs,
    );
  if (isPatient(inputs))
    return withCondition(conditions, statement('Unknown', 'RolloutPaused', 'Rollout waits'), nowMs);
  if (
    hasProgressed(rollout.status ?? {}, status) ||
    conditionIn(conditions, 'Progressing')?.reason === 'RolloutPaused'
  )
    return refreshed(
      conditions,
      statement('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
      nowMs,
    );
  if (untilDeadlineMs(rollout, nowMs) < 0)
    return withCondition(
      conditions,
      statement('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`),
      nowMs,
    );
  if (conditionIn(conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded') return conditions;
  return withCondition(
    conditions,
    statement('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
    nowMs,
  );
}

/** Whether the update waits for something that no deadline counts. */
export function isPatient({ reasons }: Pick<StatusInputs, 'reasons'>): boolean {
  return reasons.some(({ type }) => PATIENT.has(type));
}

function hasProgressed(before: RolloutStatus, now: RolloutStatus): boolean {
  const grown = (figure: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean =>
    (now[figure] ?? 0) > (before[figure] ?? 0);
  const moved = (field: 'currentStepIndex' | 'currentPodHash' | 'stableRS'): boolean =>
    before[field] !== now[field];
  const weight = (status: RolloutStatus): string =>
    JSON.stringify([status.canary?.weights, status.blueGreen]);
  return (
    grown('updatedReplicas') ||
    grown('readyReplicas') ||
    grown('availableReplicas') ||
    moved('currentStepIndex') ||
    moved('currentPodHash') ||
    moved('stableRS') ||
    weight(before) !== weight(now)
  );
}

/** Milliseconds until the deadline passes; endless when there is none. */
export function untilDeadlineMs({ spec, status }: StatusInputs['scene']['rollout'], nowMs: number): number {
  const { progressDeadlineSeconds: seconds = 600 } = spec;
  const condition = status?.conditions?.find(({ type }) => type === 'Progressing');
  const sinceMs = timeMs(condition?.lastUpdateTime);
  if (seconds === NEVER_SECONDS || sinceMs === undefined || condition?.reason !== 'ReplicaSetUpdated')
    return Infinity;
  return sinceMs + seconds * 1000 - nowMs;
}

/** Whether the deadline has passed, unless something has gone on since. */
export function isOverdue(rollout: StatusInputs['scene']['rollout'], nowMs: number): boolean {
  const condition = rollout.status?.conditions?.find(({ type }) => type === 'Progressing');
  return condition?.reason === 'ProgressDeadlineExceeded' || untilDeadlineMs(rollout, nowMs) < 0;
}
