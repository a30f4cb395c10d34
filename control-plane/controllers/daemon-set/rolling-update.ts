// Which old pods are replaced next, so that no more nodes than allowed are without an available pod, or run two.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Pod } from '@gantry/api/kinds/pod';
import { intOrPercent } from '@gantry/api/int-or-percent';
import { isDeleting, isFinished } from '../pod-condition.ts';
import { hasAvailable, isUpdated, type NodeRoom } from './node-room.ts';
import type { NodeRules } from './manage-nodes.ts';

/** Limits in nodes. */
export interface UpdateLimits {
  maxSurge: number;
  maxUnavailable: number;
}

/** The limits of a rolling update over `desired` nodes, rounded up as Kubernetes does; never both zero. */
export function updateLimits(daemonSet: DaemonSet, desired: number): UpdateLimits {
  const { maxSurge = 0, maxUnavailable = 1 } = daemonSet.spec.updateStrategy?.rollingUpdate ?? {};
  const surge = intOrPercent(maxSurge, desired, 'up');
  const unavailable = intOrPercent(maxUnavailable, desired, 'up');
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Whether new pods may run beside old ones. */
export function allowsSurge(daemonSet: DaemonSet): boolean {
  return isRolling(daemonSet) && updateLimits(daemonSet, 1).maxSurge > 0;
}

/** Whether old pods are replaced by themselves. */
export function isRolling(daemonSet: DaemonSet): boolean {
  return daemonSet.spec.updateStrategy?.type !== 'OnDelete';
}

/** What the update does next. */
export interface UpdateStep {
  remove: readonly Pod[];
  /** Nodes that get a new pod beside the old one. */
  create: readonly string[];
}

/** Nodes whose one running pod is of an old version. */
interface Outdated {
  room: NodeRoom;
  pod: Pod;
}

/** Replaces by stopping first. Old pods that serve nobody are replaced whatever the limit. */
export function replaceInPlace(
  rooms: readonly NodeRoom[],
  limits: UpdateLimits,
  rules: NodeRules,
): UpdateStep {
  const { minReadySeconds, nowMs } = rules;
  const wanted = rooms.filter(({ shouldRun }) => shouldRun);
  const unavailable = wanted.filter((room) => !hasAvailable(room, minReadySeconds, nowMs)).length;
  const candidates = outdatedIn(wanted, rules);
  const serving = candidates.filter(({ room }) => hasAvailable(room, minReadySeconds, nowMs));
  const idle = candidates.filter(({ room }) => !hasAvailable(room, minReadySeconds, nowMs));
  const allowed = Math.max(0, limits.maxUnavailable - unavailable);
  return { remove: [...idle, ...serving.slice(0, allowed)].map(({ pod }) => pod), create: [] };
}

/** Replaces by starting first; the old pod goes once the new one is available (manage-nodes.ts sees to that). */
export function replaceBySurge(
  rooms: readonly NodeRoom[],
  limits: UpdateLimits,
  rules: NodeRules,
): UpdateStep {
  const wanted = rooms.filter(({ shouldRun }) => shouldRun);
  const surging = wanted.filter(({ pods }) => pods.filter((pod) => !isDeleting(pod)).length > 1).length;
  const candidates = outdatedIn(wanted, rules);
  const isServing = ({ room }: Outdated): boolean => hasAvailable(room, rules.minReadySeconds, rules.nowMs);
  const idle = candidates.filter((candidate) => !isServing(candidate));
  const allowed = Math.max(0, limits.maxSurge - surging);
  const chosen = [...idle, ...candidates.filter(isServing).slice(0, allowed)];
  return { remove: [], create: chosen.map(({ room }) => room.name) };
}

function outdatedIn(rooms: readonly NodeRoom[], { hash }: NodeRules): Outdated[] {
  return rooms.flatMap((room) => {
    const running = room.pods.filter((pod) => !isDeleting(pod) && !isFinished(pod));
    const [pod] = running;
    return running.length === 1 && pod !== undefined && !isUpdated(pod, hash) ? [{ room, pod }] : [];
  });
}
