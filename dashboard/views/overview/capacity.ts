// How much of the nodes is spoken for by requests of pods, and how much is used. Pure.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import { hasEnded, isReady } from '../../parts/pod-words.ts';

/** Amounts of the two resources, and of pods. */
export interface Amounts {
  cpuMilli: number;
  memoryBytes: number;
  pods: number;
}

/** What all nodes that are ready have for pods. */
export function allocatableOf(nodes: readonly Node[]): Amounts {
  const sum: Amounts = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
  for (const { status } of nodes.filter(isReady)) {
    const { cpu, memory, pods } = status?.allocatable ?? {};
    sum.cpuMilli += cpuMilliOf(cpu);
    sum.memoryBytes += bytesOf(memory);
    sum.pods += Number(pods ?? 0);
  }
  return sum;
}

/** What the pods on nodes that are ready ask for; those that have ended ask for nothing. */
export function requestedBy(pods: readonly Pod[], nodes: readonly Node[]): Amounts {
  const ready = new Set(nodes.filter(isReady).map(({ metadata }) => metadata.name));
  const sum: Amounts = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
  for (const pod of pods) {
    const { spec } = pod;
    if (spec.nodeName === undefined || !ready.has(spec.nodeName) || hasEnded(pod)) continue;
    sum.pods += 1;
    for (const { resources } of spec.containers) {
      sum.cpuMilli += cpuMilliOf(resources?.requests?.['cpu']);
      sum.memoryBytes += bytesOf(resources?.requests?.['memory']);
    }
  }
  return sum;
}
