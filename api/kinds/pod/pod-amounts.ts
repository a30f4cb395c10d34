// How much CPU and memory a pod asks for, or may use. Pure.
import { bytesOf, cpuMilliOf } from '../../quantity.ts';
import type { PodSpec } from './pod-spec.ts';

/** The two resources that every container has. */
export interface CpuAndMemory {
  cpuMilli: number;
  memoryBytes: number;
}

/** Containers run at once, init containers one after the other before them: the larger need counts. */
export function podAmounts(
  { containers, initContainers = [] }: PodSpec,
  kind: 'requests' | 'limits',
): CpuAndMemory {
  const app = containers.map(({ resources }) => resources?.[kind]);
  const init = initContainers.map(({ resources }) => resources?.[kind]);
  const need = (read: (text: string | undefined) => number, name: string): number =>
    Math.max(
      app.reduce((total, amounts) => total + read(amounts?.[name]), 0),
      ...init.map((amounts) => read(amounts?.[name])),
    );
  return { cpuMilli: need(cpuMilliOf, 'cpu'), memoryBytes: need(bytesOf, 'memory') };
}
