// Every invariant of the simulation, in the order of docs/design/failure-model.md.
import { kinds } from '@gantry/api/registry';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createAcknowledgedWritesStay } from './acknowledged-writes-stay.ts';
import { createAddressesUnique } from './addresses-unique.ts';
import { createBounded } from './bounded.ts';
import { createClocksFollowMessages } from './clocks-follow-messages.ts';
import { BOUNDS, type Bounds } from './bounds.ts';
import { createCronJobOnceATick } from './cron-job-once-a-tick.ts';
import { createDeletionIsFinal } from './deletion-is-final.ts';
import { createDeposedLeaderSilent } from './deposed-leader-silent.ts';
import { createEndpointsFollowPods, createReadyEndpointMeansReadyPod } from './endpoints-follow-pods.ts';
import { createEvictionsWithinRate } from './evictions-within-rate.ts';
import { createEventsInOrder } from './events-in-order.ts';
import { createEveryWaitExplained } from './every-wait-explained.ts';
import { createFinalizersHold } from './finalizers-hold.ts';
import { createGarbageGoes } from './garbage-goes.ts';
import { createGarbageOnly } from './garbage-only.ts';
import { createGenerationCountsSpec } from './generation-counts-spec.ts';
import { createConfirmedPodsHaveEnded } from './confirmed-pods-have-ended.ts';
import { createGonePodsEnd } from './gone-pods-end.ts';
import { createIdentityStays } from './identity-stays.ts';
import { createJobCountsExact } from './job-counts-exact.ts';
import { createJobPodsBounded } from './job-pods-bounded.ts';
import { createNamespaceGoesLast } from './namespace-goes-last.ts';
import { createNodeNameStays } from './node-name-stays.ts';
import { createNodeWithinAllocatable } from './node-within-allocatable.ts';
import { createObservedNotAhead } from './observed-not-ahead.ts';
import { createOneContainerAName } from './one-container-a-name.ts';
import { createOneDaemonPodANode } from './one-daemon-pod-a-node.ts';
import { createPodStatusAdvances } from './pod-status-advances.ts';
import { createQuietWhenSettled } from './quiet-when-settled.ts';
import { createReadyMeansRunning } from './ready-means-running.ts';
import { createRecreateNeverOverlaps } from './recreate-never-overlaps.ts';
import { createReplicaSetSizes } from './replica-set-sizes.ts';
import { createReplicaSetVersions } from './replica-set-versions.ts';
import { createRestartPolicyKept } from './restart-policy-kept.ts';
import { createRevisionsRise } from './revisions-rise.ts';
import { createRolloutWithinLimits } from './rollout-within-limits.ts';
import { createAbortEndsAtStable } from './rollouts/abort-ends-at-stable.ts';
import { createAnalysisHeeded } from './rollouts/analysis-heeded.ts';
import { createFlagsGivenBack } from './rollouts/flags-given-back.ts';
import { createKillSwitchAborts } from './rollouts/kill-switch-aborts.ts';
import { createKillSwitchHeeded } from './rollouts/kill-switch-heeded.ts';
import { createPlanOrderKept } from './rollouts/plan-order-kept.ts';
import { createRoutedVersionKeepsPods } from './rollouts/routed-version-keeps-pods.ts';
import { createShareHasPods } from './rollouts/share-has-pods.ts';
import { createShareWithinSteps } from './rollouts/share-within-steps.ts';
import { createSideTurnsIdle } from './rollouts/side-turns-idle.ts';
import { createStableKeepsPods } from './rollouts/stable-keeps-pods.ts';
import { createUsersKeepTheirSide } from './rollouts/users-keep-their-side.ts';
import { createRunsWhereBound } from './runs-where-bound.ts';
import { createStatusTellsTruth } from './status-tells-truth.ts';
import { createWantedStateReached } from './wanted-state-reached.ts';
import { createWithdrawnBeforeStopped } from './withdrawn-before-stopped.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** An invariant that does not hold. */
export interface Broken {
  name: string;
  sentence: string;
  /** What is wrong, with object and figures. */
  found: string;
}

/** All of them, new, for one run. */
export function createAllInvariants(bounds: Bounds = BOUNDS): Invariant[] {
  return [
    ...ofTheStore(bounds),
    ...ofNodes(bounds),
    ...ofWorkloads(bounds),
    ...ofRollouts(bounds),
    ...ofACalmWorld(bounds),
  ];
}

/** Shows the world to all invariants; each has to see every look. */
export function brokenIn(invariants: readonly Invariant[], view: WorldView): Broken[] {
  return invariants.flatMap((invariant) => {
    const found = invariant.check(view);
    return found === undefined ? [] : [{ name: invariant.name, sentence: invariant.sentence, found }];
  });
}

const KINDS = kinds.map(({ kind }) => kind).filter((kind) => kind !== 'Event' && kind !== 'Lease');

function ofTheStore(bounds: Bounds): Invariant[] {
  return [
    createRevisionsRise(),
    createAcknowledgedWritesStay(),
    createDeposedLeaderSilent(leaderManagers()),
    createIdentityStays(),
    createGenerationCountsSpec(),
    createObservedNotAhead(),
    createDeletionIsFinal(),
    createFinalizersHold(KINDS, bounds),
    createAddressesUnique(),
    createNamespaceGoesLast(),
    createGarbageOnly(KINDS, bounds),
    createBounded(bounds),
    createClocksFollowMessages(),
  ];
}

function ofNodes(bounds: Bounds): Invariant[] {
  return [
    createRunsWhereBound(),
    createNodeNameStays(),
    createNodeWithinAllocatable(bounds),
    createOneContainerAName(),
    createRestartPolicyKept(),
    createGonePodsEnd(bounds),
    createConfirmedPodsHaveEnded(bounds),
    createPodStatusAdvances(bounds),
    createReadyMeansRunning(bounds),
    createEventsInOrder(),
    createEvictionsWithinRate(),
    createWithdrawnBeforeStopped(),
  ];
}

function ofWorkloads(bounds: Bounds): Invariant[] {
  return [
    createReplicaSetSizes(bounds),
    createReplicaSetVersions(),
    createRolloutWithinLimits(bounds),
    createRecreateNeverOverlaps(bounds),
    createOneDaemonPodANode(bounds),
    createJobPodsBounded(bounds),
    createJobCountsExact(),
    createCronJobOnceATick(bounds),
    createReadyEndpointMeansReadyPod(bounds),
  ];
}

function ofRollouts(bounds: Bounds): Invariant[] {
  return [
    createShareWithinSteps(bounds),
    createShareHasPods(bounds),
    createStableKeepsPods(bounds),
    createSideTurnsIdle(),
    createUsersKeepTheirSide(),
    createRoutedVersionKeepsPods(bounds),
    createKillSwitchHeeded(),
    createKillSwitchAborts(),
    createFlagsGivenBack(bounds),
    createAnalysisHeeded(),
    createPlanOrderKept(bounds),
  ];
}

function ofACalmWorld(bounds: Bounds): Invariant[] {
  return [
    createWantedStateReached(bounds),
    createAbortEndsAtStable(bounds),
    createQuietWhenSettled(bounds),
    createGarbageGoes(KINDS, bounds),
    createStatusTellsTruth(bounds),
    createEndpointsFollowPods(bounds),
    createEveryWaitExplained(bounds),
  ];
}

/** Field managers of what only the leader runs. */
function leaderManagers(): ReadonlySet<string> {
  const controllers = allControllers(new VirtualClock()).map(({ name }) => `${name}-controller`);
  return new Set([...controllers, 'event-recorder', 'default-scheduler']);
}
