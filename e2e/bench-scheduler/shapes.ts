// The workloads of kube-scheduler's benchmark (test/integration/scheduler_perf), with the floors of its CI at 5,000
// nodes as of its configuration files in 2025. The figures of pods follow them at 5,000 nodes, fewer at 1,000.
import type { Affinity, Pod } from '@gantry/api/kinds/pod';
import {
  benchNode,
  benchNodes,
  benchPod,
  benchPods,
  HOSTNAME,
  LARGE_NODES,
  NAMESPACES,
  ZONE,
} from './workload.ts';
import type { Shape } from './workload.ts';

const ZONES = ['moon-1', 'moon-2', 'moon-3'];
const [EARLIER, LATER] = NAMESPACES;

/** `large` at 5,000 nodes, in proportion at fewer. */
const scaled = (nodes: number, large: number): number => Math.round((large * nodes) / LARGE_NODES);

const termOf = (color: string, topologyKey: string) => ({
  labelSelector: { matchLabels: { color } },
  topologyKey,
  namespaces: [...NAMESPACES],
});

const required = (color: string, topologyKey: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [termOf(color, topologyKey)],
});

const preferred = (color: string, topologyKey: string) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [
    { weight: 1, podAffinityTerm: termOf(color, topologyKey) },
  ],
});

/** A shape whose pods, those before and those measured, are alike but for their namespace. */
function affine(
  about: Omit<Shape, 'build'>,
  color: string,
  affinity: Affinity,
  [before, measured]: [number, number],
): Shape {
  const parts = { labels: { color }, spec: { affinity } };
  return {
    ...about,
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: benchPods('init', scaled(nodes, before), { ...parts, namespace: EARLIER }),
      beside: [],
      measured: benchPods('pod', scaled(nodes, measured), { ...parts, namespace: LATER }),
    }),
  };
}

export const SHAPES: readonly Shape[] = [
  {
    name: 'basic',
    title: 'basic',
    floor: 680,
    targets: { memory: 20_000, durable: 8_000 },
    thorough: true,
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: benchPods('init', scaled(nodes, 1_000)),
      beside: [],
      measured: benchPods('pod', Math.max(5_000, scaled(nodes, 10_000))),
    }),
  },
  affine(
    { name: 'node-affinity', title: 'node affinity', floor: 220 },
    'plain',
    {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: ZONE, operator: 'In', values: ['zone1', 'zone2'] }] },
          ],
        },
      },
    },
    [5_000, 10_000],
  ),
  {
    name: 'spread',
    title: 'topology spread, hard, by zone',
    floor: 460,
    targets: { durable: 1_000 },
    build: (nodes) => ({
      nodes: benchNodes(nodes, ZONES),
      before: benchPods('init', scaled(nodes, 5_000)),
      beside: [],
      measured: benchPods('pod', scaled(nodes, 5_000), {
        labels: { color: 'blue' },
        spec: {
          topologySpreadConstraints: [
            {
              maxSkew: 5,
              topologyKey: ZONE,
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { color: 'blue' } },
            },
          ],
        },
      }),
    }),
  },
  affine(
    { name: 'affinity', title: 'pod affinity, required, by zone', floor: 35 },
    'blue',
    { podAffinity: required('blue', ZONE) },
    [5_000, 5_000],
  ),
  affine(
    {
      name: 'anti-affinity',
      title: 'pod anti-affinity, required, by host',
      floor: 60,
      targets: { durable: 1_000 },
    },
    'green',
    { podAntiAffinity: required('green', HOSTNAME) },
    [1_000, 2_000],
  ),
  affine(
    { name: 'preferred-affinity', title: 'pod affinity, preferred, by host', floor: 90 },
    'red',
    { podAffinity: preferred('red', HOSTNAME) },
    [5_000, 5_000],
  ),
  affine(
    { name: 'preferred-anti-affinity', title: 'pod anti-affinity, preferred, by host', floor: 90 },
    'yellow',
    { podAntiAffinity: preferred('yellow', HOSTNAME) },
    [5_000, 5_000],
  ),
  {
    name: 'churn',
    title: 'mixed churn: a node and a pod come and go',
    floor: 710,
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: [],
      beside: [],
      measured: benchPods('pod', scaled(nodes, 10_000)),
      churn: { node: benchNode('churn-node'), pod: benchPod('churn-pod', { cpu: '9' }) },
    }),
  },
  {
    name: 'unschedulable',
    title: 'beside pods that never fit, as many again',
    floor: 590,
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: benchPods('init', scaled(nodes, 100)),
      beside: benchPods('never', scaled(nodes, 10_000), { cpu: '9' }),
      measured: benchPods('pod', scaled(nodes, 10_000)),
    }),
  },
  {
    name: 'gated',
    title: 'beside gated pods, as many again',
    floor: 910,
    floorNote: 'on 1 node',
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: [],
      beside: benchPods('gated', scaled(nodes, 10_000), {
        spec: { schedulingGates: [{ name: 'bench/hold' }] },
      }),
      measured: benchPods('pod', scaled(nodes, 10_000)),
    }),
  },
  {
    name: 'daemon',
    title: 'one pod a node, which it names',
    floor: 1_100,
    floorNote: 'all on 1 of 15,000 nodes',
    build: (nodes) => {
      const all = benchNodes(nodes);
      const measured = all.map(({ metadata }) => daemonPod(metadata.name ?? ''));
      return { nodes: all, before: [], beside: [], measured };
    },
  },
  {
    name: 'preemption',
    title: 'preemption: each pod takes the place of 3 others',
    build: (nodes) => ({
      nodes: benchNodes(nodes),
      before: benchPods('low', 4 * nodes, { cpu: '900m', spec: { terminationGracePeriodSeconds: 0 } }),
      beside: [],
      // Each takes a node for itself; some are left for those that come one by one.
      measured: benchPods('high', Math.min(1_000, 0.7 * nodes), { cpu: '3', spec: { priority: 10 } }),
    }),
  },
];

function daemonPod(node: string): Pod {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] };
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  };
  return benchPod(`daemon-${node}`, { spec: { affinity } });
}
