// Prefers nodes that stay emptiest (least allocated) and whose CPU and memory fill evenly (balanced).
import type { ScorePlugin } from '../plugin.ts';

/** The share of a resource that is taken with the pod on board, 0..1. */
function share(taken: number, all: number): number {
  return all <= 0 ? 1 : Math.min(1, taken / all);
}

export const leastAllocated: ScorePlugin = {
  name: 'LeastAllocated',
  scope: 'node',
  weight: 1,
  prepare:
    ({ needs }) =>
    ({ scoredCpuMilli, scoredMemoryBytes }, { allocatable }) => {
      const cpu = share(scoredCpuMilli + needs.scoredCpuMilli, allocatable.cpuMilli);
      const memory = share(scoredMemoryBytes + needs.scoredMemoryBytes, allocatable.memoryBytes);
      return 100 * (1 - (cpu + memory) / 2);
    },
};

export const balancedAllocation: ScorePlugin = {
  name: 'BalancedAllocation',
  scope: 'node',
  weight: 1,
  prepare:
    ({ needs }) =>
    ({ scoredCpuMilli, scoredMemoryBytes }, { allocatable }) => {
      const cpu = share(scoredCpuMilli + needs.scoredCpuMilli, allocatable.cpuMilli);
      const memory = share(scoredMemoryBytes + needs.scoredMemoryBytes, allocatable.memoryBytes);
      return 100 * (1 - Math.abs(cpu - memory));
    },
};
