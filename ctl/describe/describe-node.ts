// A node: its state, what it has, and what the pods on it have asked for. Pure.
import { formatAge } from '@gantry/api/duration';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { podAmounts } from '@gantry/api/kinds/pod/pod-amounts';
import { bytesOf, cpuMilliOf, formatBytes } from '@gantry/api/quantity';
import {
  conditionsField,
  deletionFields,
  describer,
  identityFields,
  nodeStateText,
  timeText,
} from './describer.ts';
import { mapLines, NONE, type Field } from './layout.ts';

type Amounts = Readonly<Record<string, string>>;

export const nodeDescriber = describer<Node>({ pods: true }, (node, { pods, nowMs }) => {
  const { spec, status } = node;
  const onNode = pods.filter((pod) => pod.spec.nodeName === node.metadata.name && !isFinished(pod));
  return [
    ...identityFields(node),
    ['Created', timeText(node.metadata.creationTimestamp)],
    ['State', nodeStateText(node)],
    ...deletionFields(node),
    [
      'Taints',
      (spec.taints ?? []).map(
        ({ key, value, effect }) =>
          `${key}${value === undefined || value === '' ? '' : `=${value}`}:${effect}`,
      ),
    ],
    ['Unschedulable', String(spec.unschedulable ?? false)],
    conditionsField(status?.conditions),
    ['Addresses', (status?.addresses ?? []).map(({ type, address }) => `${type}: ${address}`)],
    ['Capacity', mapLines(status?.capacity, ': ')],
    ['Allocatable', mapLines(status?.allocatable, ': ')],
    ['System Info', { fields: Object.entries(status?.nodeInfo ?? {}).map(([name, value]) => [name, value]) }],
    ['Pods', podsOfNode(onNode, status?.allocatable ?? {}, nowMs)],
    ['Allocated Resources', { rows: allocatedRows(onNode, status?.allocatable ?? {}) }],
  ];
});

const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

function podsOfNode(pods: readonly Pod[], allocatable: Amounts, nowMs: number): Field[1] {
  if (pods.length === 0) return NONE;
  const cells = (kind: 'requests' | 'limits', pod: Pod): string[] => {
    const { cpuMilli, memoryBytes } = podAmounts(pod.spec, kind);
    return [cpuText(cpuMilli, allocatable), memoryText(memoryBytes, allocatable)];
  };
  const rows = pods.map((pod) => [
    pod.metadata.namespace ?? '',
    pod.metadata.name ?? '',
    ...cells('requests', pod),
    ...cells('limits', pod),
    formatAge(nowMs - Date.parse(pod.metadata.creationTimestamp ?? '')),
  ]);
  return {
    rows: [
      ['Namespace', 'Name', 'CPU Requests', 'Memory Requests', 'CPU Limits', 'Memory Limits', 'Age'],
      ...rows,
    ],
  };
}

/** What all pods of the node ask for, and its share of what there is. */
export function allocatedRows(pods: readonly Pod[], allocatable: Amounts): string[][] {
  const sum = (kind: 'requests' | 'limits'): { cpuMilli: number; memoryBytes: number } =>
    pods
      .map((pod) => podAmounts(pod.spec, kind))
      .reduce(
        (total, { cpuMilli, memoryBytes }) => ({
          cpuMilli: total.cpuMilli + cpuMilli,
          memoryBytes: total.memoryBytes + memoryBytes,
        }),
        { cpuMilli: 0, memoryBytes: 0 },
      );
  const [requests, limits] = [sum('requests'), sum('limits')];
  return [
    ['Resource', 'Requests', 'Limits'],
    ['cpu', cpuText(requests.cpuMilli, allocatable), cpuText(limits.cpuMilli, allocatable)],
    ['memory', memoryText(requests.memoryBytes, allocatable), memoryText(limits.memoryBytes, allocatable)],
    ['pods', `${pods.length} of ${allocatable['pods'] ?? 'unknown'}`, ''],
  ];
}

const share = (used: number, all: number): string =>
  all === 0 ? '' : ` (${Math.round((100 * used) / all)}%)`;
const cpuText = (milli: number, allocatable: Amounts): string =>
  `${milli}m${share(milli, cpuMilliOf(allocatable['cpu']))}`;
const memoryText = (bytes: number, allocatable: Amounts): string =>
  `${formatBytes(bytes)}${share(bytes, bytesOf(allocatable['memory']))}`;
