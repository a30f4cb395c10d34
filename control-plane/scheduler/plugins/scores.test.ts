// One table for all scores: which of two nodes a pod prefers, and why.
import test from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { PodView } from '../pod-needs.ts';
import { schedule } from '../schedule.ts';
import type { PodParts } from '../test-cluster.ts';
import { aCluster, aNode, stateOf, view } from '../test-cluster.ts';

interface Row {
  title: string;
  /** The better node is called `good`. */
  nodes: Node[];
  placed?: Record<string, PodView[]>;
  pod: PodParts;
}

const MEBIBYTE = 1024 * 1024;
const web = { app: 'web' };
const nearWeb = { topologyKey: 'zone', labelSelector: { matchLabels: web } };
const inZone = (zone: string) => ({ labels: { zone } });

const rows: Row[] = [
  {
    title: 'the emptier node',
    nodes: [aNode('good'), aNode('full')],
    placed: { full: [view('q', { requests: { cpu: '2', memory: '4Gi' } })] },
    pod: {},
  },
  {
    title: 'the node whose CPU and memory fill evenly',
    nodes: [aNode('good', { allocatable: { cpu: '4', memory: '8Gi' } }), aNode('skewed')],
    placed: {
      good: [view('q', { requests: { cpu: '2', memory: '4Gi' } })],
      skewed: [view('r', { requests: { cpu: '3500m', memory: '1Gi' } })],
    },
    pod: { requests: { cpu: '100m', memory: '128Mi' } },
  },
  {
    title: 'the node without a sibling, though it is fuller',
    nodes: [aNode('good'), aNode('sibling')],
    placed: {
      good: [view('other', { requests: { cpu: '1', memory: '2Gi' } })],
      sibling: [view('twin', { ownerUid: 'rs' })],
    },
    pod: { ownerUid: 'rs' },
  },
  {
    title: 'the node that has the image',
    nodes: [aNode('good', { images: [{ names: ['app:1'], sizeBytes: 800 * MEBIBYTE }] }), aNode('bare')],
    pod: {},
  },
  {
    title: 'preferred node affinity',
    nodes: [aNode('good', { labels: { disk: 'ssd' } }), aNode('plain')],
    pod: {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 5,
                preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
              },
            ],
          },
        },
      },
    },
  },
  {
    title: 'preferred pod affinity, to the zone of others',
    nodes: [
      aNode('good', inZone('x')),
      aNode('near', { ...inZone('x'), spec: { unschedulable: true } }),
      aNode('far', inZone('y')),
    ],
    placed: { near: [view('q', { labels: web })] },
    pod: {
      spec: {
        affinity: {
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: nearWeb }],
          },
        },
      },
    },
  },
  {
    title: 'preferred pod anti-affinity, away from the zone of others',
    nodes: [aNode('good', inZone('y')), aNode('near', inZone('x'))],
    placed: { near: [view('q', { labels: web })] },
    pod: {
      spec: {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: nearWeb }],
          },
        },
      },
    },
  },
  {
    title: 'topology spread that may be violated',
    nodes: [aNode('good', inZone('y')), aNode('busy', inZone('x'))],
    placed: { busy: [view('q', { labels: web })] },
    pod: {
      labels: web,
      spec: {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'zone',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: web },
          },
        ],
      },
    },
  },
  {
    title: 'the node without a PreferNoSchedule taint',
    nodes: [
      aNode('good'),
      aNode('disliked', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }),
    ],
    pod: {},
  },
];

for (const { title, nodes, placed = {}, pod } of rows) {
  test(title, (t) => {
    for (let seed = 0; seed < 8; seed += 1) {
      const { placements } = schedule(stateOf(aCluster(nodes, placed), seed), [view('p', pod)]);
      t.is(placements[0]?.node, 'good');
    }
  });
}

test('equal nodes are chosen by chance', (t) => {
  const chosen = Array.from({ length: 40 }, (_, seed) => {
    const { placements } = schedule(stateOf(aCluster([aNode('a'), aNode('b')]), seed), [view('p')]);
    return placements[0]?.node;
  });
  t.deepEqual(new Set(chosen), new Set(['a', 'b']));
});
