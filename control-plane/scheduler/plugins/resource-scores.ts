// Prefers nodes that stay emptiest (least allocated) and whose CPU and memory fill evenly (balanced).
import type { NodeState } from '../node-state.ts';
import type { PodView } from '../pod-needs.ts';
import type { ScorePlugin } from '../plugin.ts';

/** Shares of CPU and memory taken with the pod on board, 0..1. */
function sharesWith(
  { needs }: PodView,
  node: NodeState,
  { allocatable }: NonNullable<NodeState['offer']>,
): [cpu: number, memory: number] {
  return [
    share(node.scoredCpuMilli + needs.scoredCpuMilli, allocatable.cpuMilli),
    share(node.scoredMemoryBytes + needs.scoredMemoryBytes, allocatable.memoryBytes),
  ];
}

function share(taken: number, all: number): number {
  return all <= 0 ? 1 : Math.min(1, taken / all);
}

export const leastAllocated: ScorePlugin = {
  name: 'LeastAllocated',
  scope: 'node',
  weight: 1,
  prepare: (pod) => (node, offer) => {
    const [cpu, memory] = sharesWith(pod, node, offer);
    return 100 * (1 - (cpu + memory) / 2);
  },
};

export const balancedAllocation: ScorePlugin = {
  name: 'BalancedAllocation',
  scope: 'node',
  weight: 1,
  prepare: (pod) => (node, offer) => {
    const [cpu, memory] = sharesWith(pod, node, offer);
    return 100 * (1 - Math.abs(cpu - memory));
  },
};
