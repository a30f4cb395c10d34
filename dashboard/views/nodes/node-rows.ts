// Nodes with what is spoken for and used of them. Pure.
import type { Node } from '@gantry/api/kinds/node';
import { nodeStatusText } from '@gantry/api/kinds/node-columns';
import type { Pod } from '@gantry/api/kinds/pod';
import { podAmounts } from '@gantry/api/kinds/pod/pod-amounts';
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import type { Used } from '../../live/usage.ts';
import type { Tone } from '../../parts/badge.tsx';
import { hasEnded } from '../../parts/pod-words.ts';

/** One resource of a node. */
export interface NodeResource {
  allocatable: number;
  requested: number;
  /** Undefined while it is not known. */
  used: number | undefined;
}

/** One row. */
export interface NodeRow {
  node: Node;
  name: string;
  status: string;
  tone: Tone;
  pods: number;
  podsMax: number;
  cpu: NodeResource;
  memory: NodeResource;
}

/** A row for each node. `pods` are those of all nodes. */
export function nodeRows(
  nodes: readonly Node[],
  pods: readonly Pod[],
  used: ReadonlyMap<string, Used>,
): NodeRow[] {
  const asked = new Map<string, { pods: number; cpuMilli: number; memoryBytes: number }>();
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    if (nodeName === undefined || hasEnded(pod)) continue;
    const sum = asked.get(nodeName) ?? { pods: 0, cpuMilli: 0, memoryBytes: 0 };
    const { cpuMilli, memoryBytes } = podAmounts(pod.spec, 'requests');
    sum.pods += 1;
    sum.cpuMilli += cpuMilli;
    sum.memoryBytes += memoryBytes;
    asked.set(nodeName, sum);
  }
  return nodes.map((node) => {
    const { name = '' } = node.metadata;
    const { cpu, memory, pods: podsMax } = node.status?.allocatable ?? {};
    const sum = asked.get(name);
    const usage = used.get(name);
    return {
      ...{ node, name, status: nodeStatusText(node), tone: nodeTone(node) },
      pods: sum?.pods ?? 0,
      podsMax: Number(podsMax ?? 0),
      cpu: { allocatable: cpuMilliOf(cpu), requested: sum?.cpuMilli ?? 0, used: usage?.cpuMilli },
      memory: { allocatable: bytesOf(memory), requested: sum?.memoryBytes ?? 0, used: usage?.memoryBytes },
    };
  });
}

/** The colour of a node: bad when it cannot run pods, a warning when it takes no new ones or is short of something. */
export function nodeTone({ spec, status }: Node): Tone {
  const conditions = status?.conditions ?? [];
  if (conditions.find(({ type }) => type === 'Ready')?.status !== 'True') return 'bad';
  const short = conditions.some(({ type, status: holds }) => type !== 'Ready' && holds === 'True');
  return spec.unschedulable === true || short ? 'warn' : 'good';
}

/** Percent; 0 where there is nothing. */
export function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.round((100 * part) / whole);
}
