// One table for all filters: a cluster, a pod, and on which nodes it may run or the sentence that says why not.
import test from 'ava';
import type { ClusterState } from '../cluster-state.ts';
import { describeExplanation } from '../explanation.ts';
import type { PodView } from '../pod-needs.ts';
import { schedule } from '../schedule.ts';
import { aCluster, aNode, stateOf, view } from '../test-cluster.ts';
import { Verdict } from '../verdict.ts';
import { allPlugins } from './all.ts';

interface Row {
  title: string;
  cluster: ClusterState;
  pod: PodView;
  /** Nodes that pass all filters. */
  passes: string[];
  /** The whole sentence when none passes. */
  sentence?: string;
}

const zone = (name: string): Record<string, string> => ({ zone: name });
const web = { app: 'web' };
const selectsWeb = { labelSelector: { matchLabels: web } };
const dedicated = { key: 'dedicated', value: 'x', effect: 'NoSchedule' as const };
const antiAffinity = (topologyKey: string) => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selectsWeb }],
    },
  },
});
const affinity = (topologyKey: string) => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selectsWeb }] },
  },
});
const nodeAffinity = (key: string, operator: 'In' | 'Gt' | 'DoesNotExist', values?: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values && { values }) }] }],
      },
    },
  },
});
const spread = (maxSkew: number) => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, ...selectsWeb },
  ],
});

const rows: Row[] = [
  {
    title: 'no nodes',
    cluster: aCluster([]),
    pod: view('p'),
    passes: [],
    sentence: 'no nodes available to schedule pods',
  },
  {
    title: 'an empty node takes a plain pod',
    cluster: aCluster([aNode('a')]),
    pod: view('p'),
    passes: ['a'],
  },
  {
    title: 'a node that is not ready',
    cluster: aCluster([aNode('a', { ready: 'False' }), aNode('b', { ready: 'Unknown' })]),
    pod: view('p'),
    passes: [],
    sentence:
      '0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.',
  },
  {
    title: 'a cordoned node',
    cluster: aCluster([aNode('a', { spec: { unschedulable: true } })]),
    pod: view('p'),
    passes: [],
    sentence: '0/1 nodes are available: 1 node(s) were unschedulable.',
  },
  {
    title: 'a cordoned node, tolerated',
    cluster: aCluster([aNode('a', { spec: { unschedulable: true } })]),
    pod: view('p', {
      spec: { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] },
    }),
    passes: ['a'],
  },
  {
    title: 'a taint, and too little memory elsewhere',
    cluster: aCluster([
      aNode('a', { allocatable: { memory: '1Gi' } }),
      aNode('b', { allocatable: { memory: '1Gi' } }),
      aNode('c', { spec: { taints: [dedicated] } }),
    ]),
    pod: view('p', { requests: { memory: '2Gi' } }),
    passes: [],
    sentence:
      '0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: x}, 2 Insufficient memory.',
  },
  {
    title: 'a taint, tolerated by value; PreferNoSchedule refuses nobody',
    cluster: aCluster([
      aNode('a', { spec: { taints: [dedicated] } }),
      aNode('b', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }),
    ]),
    pod: view('p', { spec: { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'x' }] } }),
    passes: ['a', 'b'],
  },
  {
    title: 'nodeSelector',
    cluster: aCluster([aNode('a', { labels: { disk: 'ssd' } }), aNode('b')]),
    pod: view('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
    passes: ['a'],
  },
  {
    title: 'required node affinity In',
    cluster: aCluster([aNode('a', { labels: zone('x') }), aNode('b', { labels: zone('y') })]),
    pod: view('p', { spec: nodeAffinity('zone', 'In', ['y', 'z']) }),
    passes: ['b'],
  },
  {
    title: 'required node affinity that nothing meets',
    cluster: aCluster([aNode('a', { labels: { gen: '3' } }), aNode('b')]),
    pod: view('p', { spec: nodeAffinity('gen', 'Gt', ['3']) }),
    passes: [],
    sentence: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
  },
  {
    title: 'everything that is short is named',
    cluster: aCluster([aNode('a', { allocatable: { cpu: '1', memory: '1Gi', pods: '1' } })], {
      a: [view('q')],
    }),
    pod: view('p', { requests: { cpu: '2', memory: '2Gi', 'example.com/gpu': '1' } }),
    passes: [],
    sentence:
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu, 1 Insufficient memory, 1 Too many pods.',
  },
  {
    title: 'a full node takes pods that ask for nothing, up to its number',
    cluster: aCluster([aNode('a', { allocatable: { cpu: '1' } })], {
      a: [view('q', { requests: { cpu: '1' } })],
    }),
    pod: view('p'),
    passes: ['a'],
  },
  {
    title: 'the largest init container counts, not their sum',
    cluster: aCluster([aNode('a', { allocatable: { cpu: '2' } })]),
    pod: view('p', {
      requests: { cpu: '1' },
      spec: {
        initContainers: [
          { name: 'i', image: 'i', resources: { requests: { cpu: '2' } } },
          { name: 'j', image: 'j', resources: { limits: { cpu: '1500m' } } },
        ],
      },
    }),
    passes: ['a'],
  },
  {
    title: 'host ports: the same port is taken, the other protocol and address are free',
    cluster: aCluster([aNode('a'), aNode('b')], { a: [view('q', { hostPort: 8080 })] }),
    pod: view('p', { hostPort: 8080 }),
    passes: ['b'],
  },
  {
    title: 'host ports: taken everywhere',
    cluster: aCluster([aNode('a')], { a: [view('q', { hostPort: 8080 })] }),
    pod: view('p', { hostPort: 8080 }),
    passes: [],
    sentence: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  },
  {
    title: 'anti-affinity keeps away from the whole zone',
    cluster: aCluster(
      [
        aNode('a', { labels: zone('x') }),
        aNode('b', { labels: zone('x') }),
        aNode('c', { labels: zone('y') }),
      ],
      { a: [view('q', { labels: web })] },
    ),
    pod: view('p', { spec: antiAffinity('zone') }),
    passes: ['c'],
  },
  {
    title: 'anti-affinity is about the own namespace',
    cluster: aCluster([aNode('a')], { a: [view('q', { namespace: 'other', labels: web })] }),
    pod: view('p', { spec: antiAffinity('kubernetes.io/hostname') }),
    passes: ['a'],
  },
  {
    title: 'anti-affinity of a pod that is there already',
    cluster: aCluster([aNode('a')], { a: [view('q', { spec: antiAffinity('kubernetes.io/hostname') })] }),
    pod: view('p', { labels: web }),
    passes: [],
    sentence: "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  },
  {
    title: 'anti-affinity everywhere violated',
    cluster: aCluster([aNode('a')], { a: [view('q', { labels: web })] }),
    pod: view('p', { spec: antiAffinity('kubernetes.io/hostname') }),
    passes: [],
    sentence: "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.",
  },
  {
    title: 'affinity goes where the others are',
    cluster: aCluster([aNode('a', { labels: zone('x') }), aNode('b', { labels: zone('y') })], {
      b: [view('q', { labels: web })],
    }),
    pod: view('p', { spec: affinity('zone') }),
    passes: ['b'],
  },
  {
    title: 'affinity to itself: the first pod may go to any node that has the label',
    cluster: aCluster([aNode('a', { labels: zone('x') }), aNode('b')]),
    pod: view('p', { labels: web, spec: affinity('zone') }),
    passes: ['a'],
  },
  {
    title: 'affinity to nobody',
    cluster: aCluster([aNode('a', { labels: zone('x') })]),
    pod: view('p', { spec: affinity('zone') }),
    passes: [],
    sentence: "0/1 nodes are available: 1 node(s) didn't match pod affinity rules.",
  },
  {
    title: 'topology spread: the fuller zone waits',
    cluster: aCluster([aNode('a', { labels: zone('x') }), aNode('b', { labels: zone('y') }), aNode('c')], {
      a: [view('q', { labels: web })],
    }),
    pod: view('p', { labels: web, spec: spread(1) }),
    passes: ['b'],
  },
  {
    title: 'topology spread: pods that are being deleted no longer count',
    cluster: aCluster([aNode('a', { labels: zone('x') }), aNode('b', { labels: zone('y') })], {
      a: [view('q', { labels: web, terminating: true })],
    }),
    pod: view('p', { labels: web, spec: spread(1) }),
    passes: ['a', 'b'],
  },
  {
    title: 'topology spread: nothing fits',
    cluster: aCluster(
      [
        aNode('a', { labels: zone('x') }),
        aNode('b', { labels: zone('y'), allocatable: { cpu: '0' } }),
        aNode('c'),
      ],
      { a: [view('q', { labels: web })] },
    ),
    pod: view('p', { labels: web, requests: { cpu: '1' }, spec: spread(1) }),
    passes: [],
    sentence:
      "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label).",
  },
];

for (const { title, cluster, pod, passes, sentence } of rows) {
  test(title, (t) => {
    const verdict = new Verdict(pod, cluster, allPlugins);
    t.deepEqual(
      cluster.nodes.filter((node) => verdict.refusal(node) === undefined).map(({ name }) => name),
      passes,
    );
    const { placements, unschedulable } = schedule(stateOf(cluster, 1), [pod]);
    if (passes.length > 0) t.true(passes.includes(placements[0]?.node ?? ''));
    else t.is(unschedulable[0] && describeExplanation(unschedulable[0].why), sentence);
  });
}
