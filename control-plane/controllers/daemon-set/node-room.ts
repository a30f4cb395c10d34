// Each node with the DaemonSet's pods on it, the shape that the decisions work on.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { byAge, isAvailable, isDeleting, isFinished } from '../pod-condition.ts';
import { REVISION_HASH } from './daemon-pod.ts';
import { placementOn, targetNodeOf, type Placement } from './placement.ts';

/** One node. */
export interface NodeRoom extends Placement {
  name: string;
  /** The DaemonSet's pods on the node, those that are stopping included; scheduled ones first, then by age. */
  pods: readonly Pod[];
}

/** The nodes, and the pods that name a node that is not there. */
export interface Rooms {
  rooms: readonly NodeRoom[];
  strays: readonly Pod[];
}

/** Sorts the DaemonSet's pods by node. Pods that have ended and are being removed no longer count. */
export function roomsOf(daemonSet: DaemonSet, nodes: readonly Node[], pods: readonly Pod[]): Rooms {
  const byNode = new Map<string, Pod[]>(nodes.map(({ metadata }) => [metadata.name ?? '', []]));
  const strays: Pod[] = [];
  for (const pod of pods) {
    if (isDeleting(pod) && isFinished(pod)) continue;
    const onNode = byNode.get(targetNodeOf(pod));
    if (onNode !== undefined) onNode.push(pod);
    else if ((pod.spec.nodeName ?? '') === '' && !isDeleting(pod)) strays.push(pod);
  }
  const rooms = nodes.map((node) => {
    const name = node.metadata.name ?? '';
    return { name, ...placementOn(node, daemonSet), pods: (byNode.get(name) ?? []).toSorted(byKeeping) };
  });
  return { rooms, strays };
}

/** The pod to keep comes first. */
function byKeeping(a: Pod, b: Pod): number {
  const unscheduled = (pod: Pod): number => Number((pod.spec.nodeName ?? '') === '');
  return unscheduled(a) - unscheduled(b) || byAge(a, b);
}

/** Whether the pod is of the current version. */
export function isUpdated(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[REVISION_HASH] === hash;
}

/** Whether the node has a pod that has been ready long enough. */
export function hasAvailable({ pods }: NodeRoom, minReadySeconds: number, nowMs: number): boolean {
  return pods.some((pod) => !isDeleting(pod) && isAvailable(pod, minReadySeconds, nowMs));
}
