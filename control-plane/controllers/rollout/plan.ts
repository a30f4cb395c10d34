// Decides how a Rollout goes from version to version. Pure: the same observation always yields the same plan, and all that
// it rests on is in the objects: a crash at any point changes nothing. The order is always: pods first, then traffic, then
// the proxies' confirmation, then fewer pods.
import { nextMomentMs } from '@gantry/api/flags/schedules';
import { rolloutKind, type RolloutStatus } from '@gantry/api/kinds/rollout';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { claim, withClaims } from '../claim.ts';
import { isDeleting, nextAvailableInMs } from '../pod-condition.ts';
import { advanceBlueGreen } from './advance-blue-green.ts';
import { advanceCanary } from './advance-canary.ts';
import { terminated } from './analysis/ensure-run.ts';
import { forgottenRuns } from './analysis/forgotten-runs.ts';
import { beginning, unfinishedDependencies } from './beginning.ts';
import { isOverdue, isPatient, untilDeadlineMs } from './conditions.ts';
import { courseOf } from './course.ts';
import { because, undecided, type Decision } from './decision.ts';
import { experimentActions } from './experiment/experiment-actions.ts';
import { fleetOf } from './fleet.ts';
import { thrownSwitch, withFlagsRestored } from './flag-steps.ts';
import { HASH_LABEL, SCALE_DOWN_DEADLINE, STEP_INDEX } from '@gantry/api/rollout/marks';
import { moveTraffic, type TrafficMove } from './move-traffic.ts';
import type { ObservedRollout } from './observe.ts';
import { podMetadata } from './part-metadata.ts';
import { notesOf } from './notes.ts';
import { dependencyProblems, problemsOf } from './problems.ts';
import type { RolloutReason } from './reasons.ts';
import { deadlineRechecks, numberedRollout, versionChanges, type VersionChanges } from './replica-sets.ts';
import { restartOf } from './restart.ts';
import type { Scene } from './scene.ts';
import { rolloutStatus } from './status.ts';
import { aloneOf, laneOf } from './traffic.ts';
import { workloadActions } from './workload.ts';
import { hasPods } from './capacity.ts';

/** A deadline is looked at this long after it. */
const DEADLINE_SLACK_MS = 1000;

/** The plan of one Rollout. */
export function planRollout(observed: ObservedRollout, inputs: PlanInputs): Plan {
  const { rollout, stored } = observed;
  const claimant = { definition: rolloutKind, owner: stored, selector: rollout.spec.selector ?? {} };
  if (isDeleting(stored)) return { actions: [], reasons: [{ type: 'being-deleted' }] };
  const { owned, actions: claims } =
    rollout.spec.selector === undefined
      ? { owned: [], actions: [] }
      : claim(claimant, replicaSetKind, observed.candidates);
  const scene = sceneOf(observed, owned, inputs.nowMs);
  const others = dependencyProblems(observed);
  // One can always go back to the stable version, and scale it.
  const isStable = scene.course.isSettled && scene.fleet.stableHash !== '';
  const problems = [...problemsOf(observed), ...(isStable ? [] : others)];
  // An abort goes through whatever else is wrong.
  if (problems.length > 0 && beginning(scene).abort === undefined)
    return waitingPlan(scene, problems, inputs);
  const plan = planned(scene, inputs, isStable ? others : []);
  return { ...plan, actions: withClaims(claims, plan.actions) };
}

function sceneOf(observed: ObservedRollout, owned: Parameters<typeof fleetOf>[1], nowMs: number): Scene {
  const { rollout, podsOf, traffic, members } = observed;
  const fleet = fleetOf(rollout, owned, podsOf, nowMs);
  return {
    ...{ observed, rollout, fleet, nowMs },
    course: courseOf(rollout, fleet, members),
    lane: traffic === undefined ? undefined : laneOf(traffic, fleet),
    alone: traffic === undefined ? undefined : aloneOf(traffic, fleet),
  };
}

const asReason = (problem: string): RolloutReason => ({ type: 'invalid-spec', problem });

/** What is wrong is told; everything stays as it is. */
function waitingPlan(scene: Scene, problems: readonly string[], { failure }: PlanInputs): Plan {
  const reasons = problems.map(asReason);
  const status = rolloutStatus({
    ...{ scene, reasons, failure },
    decision: { ...undecided(scene), weight: scene.lane?.weight ?? 0 },
    isAtRest: false,
    collisionCount: scene.rollout.status?.collisionCount ?? 0,
    restartedAt: scene.rollout.status?.restartedAt,
    creating: undefined,
  });
  return { actions: notesOf(scene, status), status, reasons };
}

/** @param told problems that nothing waits for. */
function planned(scene: Scene, inputs: PlanInputs, told: readonly string[]): Plan {
  const { observed, rollout, fleet } = scene;
  const waitsFor = fleet.current === undefined ? unfinishedDependencies(scene) : [];
  const mayCreate = rollout.spec.paused !== true && waitsFor.length === 0;
  const decision = decided(scene, waitsFor);
  const versions = versionChanges(scene, decision, mayCreate);
  const move = moveTraffic(scene, decision);
  const restart = restartOf(scene, versions.sizes);
  const metadata = podMetadata(scene, restart.leaving);
  const isAtRest = rests(scene, move, versions) && restart.remaining === 0;
  const reasons = [
    ...told.map(asReason),
    ...reasonsOf(scene, decision, versions, move, restart.remaining, inputs),
  ];
  const status = rolloutStatus({
    ...{ scene, decision, reasons, isAtRest },
    failure: inputs.failure,
    collisionCount: (rollout.status?.collisionCount ?? 0) + (versions.takenName === undefined ? 0 : 1),
    restartedAt: restart.restartedAt,
    creating: versions.creating?.name,
  });
  const recheck = recheckOf(scene, decision, status, reasons, [
    restart.recheckAfterMs,
    metadata.recheckAfterMs,
  ]);
  return {
    actions: [
      ...versions.actions,
      ...decision.actions,
      ...move.actions,
      ...metadata.actions,
      ...restart.actions,
      ...runActions(scene, decision),
      ...experimentActions(scene, decision),
      ...workloadActions(scene, isAtRest),
      ...numberedRollout(observed.stored, fleet, mayCreate),
      ...notesOf(scene, status),
    ],
    status,
    ...(recheck === undefined ? {} : { recheckAfterMs: recheck }),
    reasons,
  };
}

/** What the update asks for now. */
function decided(scene: Scene, waitsFor: readonly string[]): Decision {
  const { course, fleet, rollout } = scene;
  const start = beginning(scene);
  // What waits has done no step yet: all that steps have done is of versions before.
  if (waitsFor.length > 0 && start.abort === undefined)
    return because(withFlagsRestored(scene, start), { type: 'waiting-for-rollouts', names: waitsFor });
  if (course.isSettled) {
    const promotes = fleet.stableHash === '' && fleet.current !== undefined && hasPods(fleet, fleet.replicas);
    return { ...withFlagsRestored(scene, start), promotes, isFullSize: true };
  }
  const clean = course.isNew ? withFlagsRestored(scene, start) : start;
  // Steps look at flags as they are once those of the update before are given back.
  if (clean.actions.length > 0) return clean;
  if (fleet.current === undefined && rollout.spec.paused === true) return because(clean, { type: 'paused' });
  const isBlueGreen = rollout.spec.strategy.blueGreen !== undefined;
  const decision = isBlueGreen ? advanceBlueGreen(scene, clean) : advanceCanary(scene, clean);
  return decision.promotes ? { ...decision, flagsBefore: [] } : decision;
}

/** Nothing of an update is left, and everything serves. */
function rests({ course, fleet }: Scene, move: TrafficMove, { sizes, creating }: VersionChanges): boolean {
  const { current, stableHash, replicas, others } = fleet;
  if (!course.isSettled || stableHash === '' || current === undefined || creating !== undefined) return false;
  const isSized = sizes.size === 0 && current.size === replicas && current.available >= replicas;
  const areOthersGone = others.every(
    ({ size, replicaSet }) => size === 0 || SCALE_DOWN_DEADLINE in (replicaSet.metadata.annotations ?? {}),
  );
  return isSized && areOthersGone && move.isSettled;
}

function reasonsOf(
  scene: Scene,
  decision: Decision,
  { sizes, creating, takenName }: VersionChanges,
  move: TrafficMove,
  restarting: number,
  { failure }: PlanInputs,
): RolloutReason[] {
  const { fleet, rollout, nowMs } = scene;
  const reasons: RolloutReason[] = [];
  if (failure !== undefined) reasons.push({ type: 'changes-refused', message: failure.message });
  if (decision.abort !== undefined) {
    const { by } = decision.abort;
    reasons.push({ type: 'aborted', switch: thrownSwitch(scene), ...(by === undefined ? {} : { by }) });
  }
  reasons.push(...decision.reasons);
  if (isOverdue(rollout, nowMs) && !isPatient({ reasons }))
    reasons.push({ type: 'deadline-exceeded', seconds: rollout.spec.progressDeadlineSeconds ?? 600 });
  if (takenName !== undefined) reasons.push({ type: 'name-taken', name: takenName });
  if (creating !== undefined) reasons.push({ type: 'creating-version', ...creating });
  for (const { name, size: from } of fleet.all) {
    const to = sizes.get(name) ?? from;
    if (to !== from) reasons.push({ type: 'scaling', name, from, to });
  }
  const { available = 0, size: total = 0 } = fleet.current ?? {};
  // Nobody waits for pods of an update that is taken back.
  const isTold =
    decision.abort !== undefined || move.reasons.some(({ type }) => type === 'waiting-for-available');
  if (available < total && !isTold) reasons.push({ type: 'waiting-for-available', available, total });
  reasons.push(...move.reasons);
  if (restarting > 0) reasons.push({ type: 'restarting', pods: restarting });
  return reasons;
}

/** Runs that nobody waits for end; finished ones beyond what is kept go. */
function runActions({ observed, rollout, course, fleet }: Scene, decision: Decision): Action[] {
  const { runs } = observed.analysis;
  const isOver = decision.abort !== undefined || decision.promotes || course.isSettled;
  const isOwn = (run: (typeof runs)[number]): boolean =>
    !isOver && run.metadata.labels?.[HASH_LABEL] === fleet.hash;
  const inUse = new Set(runs.filter(isOwn).map(({ metadata }) => metadata.name ?? ''));
  // Somebody may have passed over the step of a run.
  const isWaitedFor = ({ metadata: { labels } }: (typeof runs)[number]): boolean =>
    labels?.[STEP_INDEX] === undefined || labels[STEP_INDEX] === String(decision.stepIndex);
  return [
    ...runs.filter((run) => !isOwn(run) || !isWaitedFor(run)).flatMap(terminated),
    ...forgottenRuns(rollout.spec, runs, inUse),
  ];
}

/** The next moment at which time alone changes something. */
function recheckOf(
  scene: Scene,
  decision: Decision,
  status: RolloutStatus,
  reasons: readonly RolloutReason[],
  othersMs: readonly (number | undefined)[],
): number | undefined {
  const { observed, rollout, nowMs } = scene;
  const isWaiting = status.phase === 'Progressing' && !isPatient({ reasons });
  const deadlineMs = isWaiting
    ? untilDeadlineMs({ ...rollout, status }, nowMs) + DEADLINE_SLACK_MS
    : Infinity;
  const pods = [...observed.podsOf.values()].flat();
  const availableMs = nextAvailableInMs(pods, rollout.spec.minReadySeconds ?? 0, nowMs);
  const flagMs = scene.course.isSettled ? undefined : nextMomentMs(observed.featureFlags, nowMs);
  const soonest = Math.min(
    (flagMs ?? Infinity) - nowMs,
    ...decision.recheckAfterMs,
    ...deadlineRechecks(scene),
    Math.max(0, deadlineMs),
    ...othersMs.map((ms) => ms ?? Infinity),
    availableMs ?? Infinity,
  );
  return soonest === Infinity ? undefined : soonest;
}
