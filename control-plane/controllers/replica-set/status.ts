// A ReplicaSet's status: what is observed of its pods, and whether the last attempt to change them failed.
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet, ReplicaSetStatus } from '@gantry/api/kinds/replica-set';
import { timeText } from '@gantry/kit/time-text';
import type { ActionFailure } from '../../engine/controller.ts';
import { nonZero } from '../count-fields.ts';
import { isActive, isAvailable, isDeleting, isFinished, isReady } from '../pod-condition.ts';

type Condition = NonNullable<ReplicaSetStatus['conditions']>[number];

/** What the status is made from. */
export interface StatusInputs {
  replicaSet: ReplicaSet;
  owned: readonly Pod[];
  nowMs: number;
  failure: ActionFailure | undefined;
  /** Pods are still to be created or deleted: a failure that stands in the status may not be over yet. */
  unsettled: boolean;
}

/** The status as of now. */
export function replicaSetStatus({
  replicaSet,
  owned,
  nowMs,
  failure,
  unsettled,
}: StatusInputs): ReplicaSetStatus {
  const { template, minReadySeconds = 0 } = replicaSet.spec;
  const active = owned.filter(isActive);
  const labels = Object.entries(template.metadata?.labels ?? {});
  const isFullyLabeled = (pod: Pod): boolean =>
    labels.every(([key, value]) => pod.metadata.labels?.[key] === value);
  const conditions = conditionsOf(replicaSet, failure, unsettled, nowMs);
  return {
    replicas: active.length,
    ...nonZero({
      fullyLabeledReplicas: active.filter(isFullyLabeled).length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length,
      terminatingReplicas: owned.filter((pod) => isDeleting(pod) && !isFinished(pod)).length,
    }),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

function conditionsOf(
  replicaSet: ReplicaSet,
  failure: ActionFailure | undefined,
  unsettled: boolean,
  nowMs: number,
): Condition[] {
  const present = replicaSet.status?.conditions ?? [];
  const others = present.filter(({ type }) => type !== 'ReplicaFailure');
  const before = present.find(({ type }) => type === 'ReplicaFailure');
  if (failure?.type !== 'create' && failure?.type !== 'delete') {
    return unsettled && before !== undefined ? [...others, before] : others;
  }
  const condition: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: failure.type === 'create' ? 'FailedCreate' : 'FailedDelete',
    message: failure.message,
    lastTransitionTime: before?.lastTransitionTime ?? timeText(nowMs),
  };
  return [...others, condition];
}
