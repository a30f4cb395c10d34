// Decides which nodes gain or lose a pod of a DaemonSet, and how a new version spreads. Pure: the same observation
// always yields the same plan.
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { claim, withClaims } from '../claim.ts';
import { isDeleting, nextAvailableInMs } from '../pod-condition.ts';
import { generatedPodName } from '../pod-from-template.ts';
import { daemonPod } from './daemon-pod.ts';
import { manageNode, type NodeRules, type PodChanges } from './manage-nodes.ts';
import { roomsOf, type Rooms } from './node-room.ts';
import type { ObservedDaemonSet } from './observe.ts';
import { reasonsFor } from './reasons-for.ts';
import { versionsOf } from './revisions.ts';
import { allowsSurge, isRolling, replaceBySurge, replaceInPlace, updateLimits } from './rolling-update.ts';
import { daemonSetStatus } from './status.ts';

/** Pods created or deleted in one pass; more follow in the next. */
export const PODS_PER_PASS_MAX = 250;

/** The plan of one DaemonSet. */
export function planDaemonSet(observed: ObservedDaemonSet, inputs: PlanInputs): Plan {
  const { daemonSet, nodes } = observed;
  const { nowMs } = inputs;
  const collisions = daemonSet.status?.collisionCount ?? 0;
  const { pods, revisions, actions: claims } = claimAll(observed);
  const rooms = roomsOf(daemonSet, nodes, pods);
  if (isDeleting(daemonSet)) {
    const status = daemonSetStatus(daemonSet, rooms.rooms, undefined, collisions, nowMs);
    return { actions: [], status, reasons: [{ type: 'being-deleted' }] };
  }
  const versions = versionsOf(daemonSet, revisions, observed.takenNames, pods);
  const changes = bounded(changesOf(daemonSet, rooms, versions.hash, nowMs));
  const collisionCount = collisions + (versions.takenName === undefined ? 0 : 1);
  const status = daemonSetStatus(daemonSet, rooms.rooms, versions.hash, collisionCount, nowMs);
  const recheckAfterMs = recheckOf(daemonSet, pods, changes, nowMs);
  return {
    actions: withClaims(claims, [
      ...versions.actions,
      ...podActions(daemonSet, changes, versions.hash ?? '', inputs),
    ]),
    status,
    ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    reasons: reasonsFor(daemonSet, nodes.length, changes, status, versions.takenName, inputs.failure),
  };
}

function claimAll({ daemonSet, podCandidates, revisionCandidates }: ObservedDaemonSet) {
  const claimant = { definition: daemonSetKind, owner: daemonSet, selector: daemonSet.spec.selector };
  const pods = claim(claimant, podKind, podCandidates);
  const revisions = claim(claimant, controllerRevisionKind, revisionCandidates);
  return {
    pods: pods.owned,
    revisions: revisions.owned,
    actions: [...pods.actions, ...revisions.actions],
  };
}

/** What happens on every node: first order on each, then the next step of the update. */
function changesOf(
  daemonSet: DaemonSet,
  { rooms, strays }: Rooms,
  hash: string | undefined,
  nowMs: number,
): PodChanges {
  if (hash === undefined) return { create: [], remove: [], waiting: [] };
  const surges = allowsSurge(daemonSet);
  const rules: NodeRules = { hash, surges, minReadySeconds: daemonSet.spec.minReadySeconds ?? 0, nowMs };
  const managed = rooms.map((room) => manageNode(room, rules));
  const limits = updateLimits(daemonSet, rooms.filter(({ shouldRun }) => shouldRun).length);
  const still = { remove: [], create: [] };
  const replace = surges ? replaceBySurge : replaceInPlace;
  const step = isRolling(daemonSet) ? replace(rooms, limits, rules) : still;
  return {
    create: [
      ...managed.flatMap(({ create }) => create),
      ...step.create.map((nodeName) => ({ nodeName, failures: 0 })),
    ],
    remove: [
      ...strays.map((pod) => ({ pod, why: 'its node is gone' as const })),
      ...managed.flatMap(({ remove }) => remove),
      ...step.remove.map((pod) => ({ pod, why: 'outdated' as const })),
    ],
    waiting: managed.flatMap(({ waiting }) => waiting),
  };
}

function bounded({ create, remove, waiting }: PodChanges): PodChanges {
  return {
    create: create.slice(0, PODS_PER_PASS_MAX),
    remove: remove.slice(0, PODS_PER_PASS_MAX),
    waiting,
  };
}

function podActions(
  daemonSet: DaemonSet,
  { create, remove }: PodChanges,
  hash: string,
  { ids }: PlanInputs,
): Action[] {
  const creations = create.map(({ nodeName, failures }): Action => {
    const name = generatedPodName(daemonSet, ids);
    const object = daemonPod(daemonSet, { name, nodeName, hash, failures });
    const event = { ...told(daemonSet, 'SuccessfulCreate'), message: `Created pod: ${name}` };
    return { type: 'create', definition: podKind, object, event };
  });
  return [...creations, ...remove.flatMap(({ pod, why }) => removalActions(daemonSet, pod, why))];
}

function removalActions(daemonSet: DaemonSet, pod: Pod, why: string): Action[] {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const event = { ...told(daemonSet, 'SuccessfulDelete'), message: `Deleted pod: ${name}` };
  const ref = { definition: podKind, namespace, name, uid };
  const failed: Action = {
    type: 'record-event',
    regarding: daemonSet,
    severity: 'Warning',
    reason: 'FailedDaemonPod',
    message: `Found failed daemon pod ${namespace}/${name} on node ${pod.spec.nodeName ?? ''}, will try to kill it`,
  };
  return [...(why === 'failed' ? [failed] : []), { type: 'delete', ref, reason: why, event }];
}

const told = (regarding: DaemonSet, reason: string) => ({ regarding, severity: 'Normal' as const, reason });

function recheckOf(
  daemonSet: DaemonSet,
  pods: readonly Pod[],
  { waiting }: PodChanges,
  nowMs: number,
): number | undefined {
  const { minReadySeconds = 0 } = daemonSet.spec;
  const delays = [
    nextAvailableInMs(pods, minReadySeconds, nowMs),
    ...waiting.map(({ forMs }) => forMs),
  ].filter((delayMs) => delayMs !== undefined);
  return delays.length === 0 ? undefined : Math.min(...delays);
}
