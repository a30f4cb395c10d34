// Decides which pods a ReplicaSet should gain, lose, adopt and let go. Pure: the same observation always yields the
// same plan.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { claim, withClaims } from '../claim.ts';
import { availableInMs, isActive, isDeleting, isReady, nextAvailableInMs } from '../pod-condition.ts';
import { generatedPodName, podFromTemplate } from '../pod-from-template.ts';
import { byLeastWorthKeeping } from './least-worth-keeping.ts';
import type { ObservedReplicaSet } from './observe.ts';
import type { ReplicaSetReason } from './reasons.ts';
import { replicaSetStatus } from './status.ts';

/** Pods created or deleted in one pass; more follow in the next. */
export const PODS_PER_PASS_MAX = 500;

/** The plan of one ReplicaSet. */
export function planReplicaSet(observed: ObservedReplicaSet, inputs: PlanInputs): Plan {
  const { replicaSet, candidates } = observed;
  const claimant = { definition: replicaSetKind, owner: replicaSet, selector: replicaSet.spec.selector };
  const { owned, actions: claims } = claim(claimant, podKind, candidates);
  const active = owned.filter(isActive);
  const surplus = isDeleting(replicaSet) ? 0 : active.length - (replicaSet.spec.replicas ?? 1);
  const changes = surplus < 0 ? creations(observed, -surplus, inputs) : deletions(observed, active, surplus);
  const { minReadySeconds = 0 } = replicaSet.spec;
  const recheckAfterMs = nextAvailableInMs(active, minReadySeconds, inputs.nowMs);
  return {
    actions: withClaims(claims, changes),
    status: replicaSetStatus({
      replicaSet,
      owned,
      nowMs: inputs.nowMs,
      failure: inputs.failure,
      unsettled: surplus !== 0,
    }),
    ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    reasons: reasonsFor(observed, active, changes.length, inputs),
  };
}

function creations({ replicaSet }: ObservedReplicaSet, count: number, { ids }: PlanInputs): Action[] {
  const names = new Set<string>();
  while (names.size < Math.min(count, PODS_PER_PASS_MAX)) names.add(generatedPodName(replicaSet, ids));
  return [...names].map((name) => ({
    type: 'create',
    definition: podKind,
    object: podFromTemplate(replicaSetKind, replicaSet, replicaSet.spec.template, name),
    event: {
      regarding: replicaSet,
      severity: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
    },
  }));
}

function deletions(
  { replicaSet, relatedOnNode }: ObservedReplicaSet,
  active: readonly Pod[],
  count: number,
): Action[] {
  if (count <= 0) return [];
  const victims = active
    .toSorted(byLeastWorthKeeping(relatedOnNode))
    .slice(0, Math.min(count, PODS_PER_PASS_MAX));
  return victims.map(({ metadata: { namespace = '', name = '', uid = '' } }) => ({
    type: 'delete',
    ref: { definition: podKind, namespace, name, uid },
    reason: 'surplus',
    event: {
      regarding: replicaSet,
      severity: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${name}`,
    },
  }));
}

function reasonsFor(
  { replicaSet }: ObservedReplicaSet,
  active: readonly Pod[],
  changed: number,
  { nowMs, failure }: PlanInputs,
): ReplicaSetReason[] {
  if (isDeleting(replicaSet)) return [{ type: 'being-deleted' }];
  const { replicas = 1, minReadySeconds = 0 } = replicaSet.spec;
  const reasons: ReplicaSetReason[] = [];
  if (failure !== undefined) reasons.push({ type: 'changes-refused', message: failure.message });
  if (active.length < replicas) reasons.push({ type: 'scaling-up', by: changed, to: replicas });
  if (active.length > replicas) reasons.push({ type: 'scaling-down', by: changed, to: replicas });
  const ready = active.filter(isReady).length;
  const available = active.filter((pod) => availableInMs(pod, minReadySeconds, nowMs) === 0).length;
  const total = active.length;
  if (ready < total) reasons.push({ type: 'waiting-for-ready-pods', ready, total });
  else if (available < total) {
    reasons.push({ type: 'waiting-for-min-ready-seconds', available, total, minReadySeconds });
  }
  return reasons;
}
