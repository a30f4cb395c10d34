// For tests: on which nodes room could be made for a pod, by taking pods away from the plain objects and asking the
// exhaustive scheduler each time.
import type { Pod } from '@gantry/api/kinds/pod';
import type { PlacedPod, PlainCluster } from './exhaustive-scheduler.ts';
import { takes } from './exhaustive-scheduler.ts';

/** What making room on a node costs. */
export interface PlainRoom {
  victims: readonly Pod[];
  /** Highest priority of a victim, the sum from the lowest possible one on, the number: the first difference counts. */
  harm: readonly number[];
}

export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0;
const uidOf = ({ metadata }: Pod): string => metadata.uid ?? '';
const createdMs = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '') || 0;

/** The rooms that could be made, by node. `leaving` are the uids of those who leave anyway. */
export function roomsToMake(
  pod: Pod,
  cluster: PlainCluster,
  leaving: ReadonlySet<string>,
): Map<string, PlainRoom> {
  const rooms = new Map<string, PlainRoom>();
  for (const node of cluster.nodes) {
    const name = node.metadata.name ?? '';
    const isLower = (placed: PlacedPod): boolean =>
      placed.node === name && priorityOf(placed.pod) < priorityOf(pod);
    const lower = cluster.placed.filter(isLower);
    let placed = cluster.placed.filter((one) => !isLower(one));
    if (lower.length === 0 || !takes(node, pod, { ...cluster, placed })) continue;
    const victims: Pod[] = [];
    const stay = lower
      .filter((one) => !leaving.has(uidOf(one.pod)) && one.pod.metadata.deletionTimestamp === undefined)
      .sort((a, b) => priorityOf(b.pod) - priorityOf(a.pod) || createdMs(a.pod) - createdMs(b.pod));
    for (const one of stay) {
      if (takes(node, pod, { ...cluster, placed: [...placed, one] })) placed = [...placed, one];
      else victims.push(one.pod);
    }
    rooms.set(name, { victims, harm: harmOf(victims) });
  }
  return rooms;
}

function harmOf(victims: readonly Pod[]): number[] {
  const priorities = victims.map(priorityOf);
  const sum = priorities.reduce((total, each) => total + each + 2 ** 31, 0);
  return [Math.max(Number.NEGATIVE_INFINITY, ...priorities), sum, victims.length];
}

/** Below zero when `a` is the lesser harm. */
export function compareHarm(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) < (b[index] ?? 0) ? -1 : 1;
}
