// Decides how a Deployment goes from version to version and from size to size. Pure: the same observation always
// yields the same plan. Sizes come from sizes.ts and proportional-sizes.ts, the words from reasons.ts and status.ts.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { claim, withClaims } from '../claim.ts';
import { isDeleting } from '../pod-condition.ts';
import { REVISION } from './annotations.ts';
import { fleetOf, sum, type Fleet } from './fleet.ts';
import { forgottenVersions } from './history.ts';
import type { ObservedDeployment } from './observe.ts';
import { deadlineRecheckMs, isComplete } from './progress.ts';
import { isScaling, scaledSizes } from './proportional-sizes.ts';
import { reasonsFor } from './reasons-for.ts';
import { deleteReplicaSet, createReplicaSet, updateReplicaSet } from './replica-set-actions.ts';
import { isRecreate } from './rollout-limits.ts';
import { currentSize, oldSizes, withoutOld, type Sizes } from './sizes.ts';
import { deploymentStatus } from './status.ts';
import { newReplicaSet, templateHash, withRevision } from './version.ts';

/** What to do about the ReplicaSets. */
export interface Step {
  /** New sizes of those that exist. */
  sizes: Sizes;
  /** Size of the current version's ReplicaSet, which is to be created. */
  create?: number;
  /** The update itself goes on, so that its progress is judged. */
  isUpdating: boolean;
  /** All sizes are recorded anew, also where none changes. */
  recordSizes: boolean;
}

/** The plan of one Deployment. */
export function planDeployment(observed: ObservedDeployment, inputs: PlanInputs): Plan {
  const { deployment, candidates, podsOf } = observed;
  const claimant = { definition: deploymentKind, owner: deployment, selector: deployment.spec.selector };
  const { owned, actions: claims } = claim(claimant, replicaSetKind, candidates);
  const fleet = fleetOf(deployment, owned, podsOf, inputs.nowMs);
  if (isDeleting(deployment)) return endingPlan(deployment, fleet, inputs);
  const step = nextStep(deployment, fleet);
  const changes = changesOf(observed, fleet, step);
  const status = deploymentStatus({
    deployment,
    fleet,
    nowMs: inputs.nowMs,
    failure: inputs.failure,
    isUpdating: step.isUpdating,
    ...(changes.creating === undefined ? {} : { creating: changes.creating }),
    collisionCount: (deployment.status?.collisionCount ?? 0) + (changes.takenName === undefined ? 0 : 1),
  });
  const recheckAfterMs = step.isUpdating
    ? deadlineRecheckMs(deployment, status.conditions ?? [], inputs.nowMs)
    : undefined;
  return {
    actions: withClaims(claims, changes.actions),
    status,
    ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    reasons: reasonsFor(deployment, fleet, step, changes, status, inputs.failure),
  };
}

/** Chooses what this pass is about: a scaling goes before an update, and a pause stops updates only. */
export function nextStep(deployment: Deployment, fleet: Fleet): Step {
  const isPaused = deployment.spec.paused === true;
  if (isPaused || isScaling(fleet)) {
    const sizes = scaledSizes(fleet, !isRecreate(deployment));
    if (isPaused || sizes.size > 0) return { sizes, isUpdating: false, recordSizes: true };
  }
  return {
    ...(isRecreate(deployment) ? recreate(fleet) : roll(fleet)),
    isUpdating: true,
    recordSizes: false,
  };
}

type Sizing = Pick<Step, 'sizes' | 'create'>;

/** New pods as far as the surge allows, then fewer old ones as far as availability allows. */
function roll(fleet: Fleet): Sizing {
  const { current } = fleet;
  const size = currentSize(fleet, current?.size ?? 0);
  const sizes = new Map(oldSizes(fleet, size));
  if (current === undefined) return { sizes, create: size };
  if (size !== current.size) sizes.set(current.name, size);
  return { sizes };
}

/** All old pods stop, processes included, before the first new one is made. */
function recreate(fleet: Fleet): Sizing {
  const { current, old, replicas } = fleet;
  const sizes = withoutOld(fleet);
  if (sizes.size > 0 || sum(old, (member) => member.unfinished) > 0) return { sizes };
  if (current === undefined) return { sizes, create: replicas };
  return { sizes: current.size === replicas ? new Map() : new Map([[current.name, replicas]]) };
}

/** What a step comes to. */
export interface Changes {
  actions: readonly Action[];
  /** Name of the ReplicaSet that is created. */
  creating?: string;
  /** The name that it should have had, and that is another's. */
  takenName?: string;
}

function changesOf({ deployment, takenNames }: ObservedDeployment, fleet: Fleet, step: Step): Changes {
  const updates = fleet.all.flatMap((member) => updateReplicaSet(deployment, fleet, member, step));
  const forgotten =
    step.isUpdating && !isComplete(deployment, deployment.status ?? {})
      ? []
      : forgottenVersions(deployment, fleet);
  const names = new Set(forgotten.map(({ name }) => name));
  const actions = [
    ...updates.filter(({ object }) => !names.has(object.metadata.name ?? '')),
    ...forgotten.map(deleteReplicaSet),
  ];
  const revision = currentRevision(updates, fleet);
  if (step.create === undefined) return { actions: [...actions, ...numbered(deployment, revision)] };
  const created = newReplicaSet(deployment, fleet, templateHash(deployment), step.create);
  const name = created.metadata.name ?? '';
  if (takenNames.has(name)) return { actions, takenName: name };
  return {
    actions: [
      createReplicaSet(deployment, created),
      ...actions,
      ...numbered(deployment, created.metadata.annotations?.[REVISION]),
    ],
    creating: name,
  };
}

/** The number of the current version after the updates. */
function currentRevision(
  updates: readonly Extract<Action, { type: 'update' }>[],
  { current }: Fleet,
): string | undefined {
  const updated = updates.find(({ object }) => object.metadata.name === current?.name)?.object;
  return (updated ?? current?.replicaSet)?.metadata.annotations?.[REVISION];
}

function numbered(deployment: Deployment, revision: string | undefined): Action[] {
  const object = withRevision(deployment, revision);
  return object === deployment ? [] : [{ type: 'update', definition: deploymentKind, object }];
}

/** On its way out a Deployment only reports; its ReplicaSets are collected with it. */
function endingPlan(deployment: Deployment, fleet: Fleet, { nowMs, failure }: PlanInputs): Plan {
  const collisionCount = deployment.status?.collisionCount ?? 0;
  return {
    actions: [],
    status: deploymentStatus({ deployment, fleet, nowMs, failure, isUpdating: false, collisionCount }),
    reasons: [{ type: 'being-deleted' }],
  };
}
