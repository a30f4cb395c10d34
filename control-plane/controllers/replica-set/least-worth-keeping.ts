// In which order surplus pods go: those that serve least and cost least to lose come first. Kubernetes' order.
import type { Pod } from '@gantry/api/kinds/pod';
import { compareText, createdAtMs, isReady, readySinceMs } from '../pod-condition.ts';

/** By this annotation users say which pods are dear; lower goes first, 0 when absent. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_ORDER = ['Pending', 'Unknown', 'Running'];

/** Orders pods, the first to go first. @param relatedOnNode pods of the same application on each node. */
export function byLeastWorthKeeping(relatedOnNode: ReadonlyMap<string, number>): (a: Pod, b: Pod) => number {
  return (a, b) => {
    const left = worth(a, relatedOnNode);
    const right = worth(b, relatedOnNode);
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? 0;
      if (value !== other) return value < other ? -1 : 1;
    }
    return compareText(a.metadata.name ?? '', b.metadata.name ?? '');
  };
}

/** The criteria in order of weight; the smaller value goes first. */
function worth(pod: Pod, relatedOnNode: ReadonlyMap<string, number>): readonly number[] {
  const node = pod.spec.nodeName ?? '';
  return [
    node === '' ? 0 : 1,
    PHASE_ORDER.indexOf(pod.status?.phase ?? 'Pending'),
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(relatedOnNode.get(node) ?? 0),
    isReady(pod) ? -(readySinceMs(pod) ?? Infinity) : 0,
    -restarts(pod),
    -createdAtMs(pod),
  ];
}

function deletionCost(pod: Pod): number {
  const cost = pod.metadata.annotations?.[DELETION_COST] ?? '0';
  return /^[+-]?\d+$/.test(cost) ? Number(cost) : 0;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
