// For whom who has to leave: the order of choice is Kubernetes'. And how long room is held, through the core.
import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Node } from '@gantry/api/kinds/node';
import { seededRandom } from '@gantry/kit/random';
import { SchedulerCore } from './scheduler-core.ts';
import type { Outcome } from './schedule.ts';
import { aNode, aPod } from './test-cluster.ts';
import type { PodParts } from './test-cluster.ts';

interface Row {
  title: string;
  nodes: Node[];
  /** Who is where: name of the node, then priority, CPU, when it was made. */
  placed: Record<string, [node: string, priority: number, cpu: string, more?: PodParts]>;
  pod: PodParts;
  /** `node: victims`; empty when no room can be made. */
  room: string;
}

const selectsWeb = { labelSelector: { matchLabels: { app: 'web' } } };
const awayFromWeb = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', ...selectsWeb },
    ],
  },
};
const large = { requests: { cpu: '3' }, spec: { priority: 10 } };

const rows: Row[] = [
  {
    title: 'the lowest highest victim',
    nodes: [aNode('a'), aNode('b')],
    placed: { low: ['a', 5, '4'], lower: ['b', 4, '2'], lowest: ['b', 3, '2'] },
    pod: large,
    room: 'b: lower, lowest',
  },
  {
    title: 'then the smallest sum, which is fewer victims where they are alike',
    nodes: [aNode('a'), aNode('b')],
    placed: { one: ['a', 5, '2'], two: ['a', 5, '2'], only: ['b', 5, '4'] },
    pod: large,
    room: 'b: only',
  },
  {
    title: 'then the younger',
    nodes: [aNode('a'), aNode('b')],
    placed: { old: ['a', 5, '4'], young: ['b', 5, '4'] },
    pod: large,
    room: 'b: young',
  },
  {
    title: 'as many as possible stay, the important ones first',
    nodes: [aNode('a')],
    placed: { s: ['a', 1, '1'], m: ['a', 2, '1'], l: ['a', 3, '1'], xl: ['a', 4, '1'] },
    pod: { requests: { cpu: '2' }, spec: { priority: 10 } },
    room: 'a: m, s',
  },
  {
    title: 'nobody leaves for one of equal priority',
    nodes: [aNode('a')],
    placed: { equal: ['a', 10, '4'] },
    pod: large,
    room: '',
  },
  {
    title: 'nobody leaves for one that never preempts',
    nodes: [aNode('a')],
    placed: { low: ['a', 0, '4'] },
    pod: { requests: { cpu: '3' }, spec: { priority: 10, preemptionPolicy: 'Never' } },
    room: '',
  },
  {
    title: 'nobody leaves a node that would not do even when it is empty',
    nodes: [aNode('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })],
    placed: { low: ['a', 0, '4'] },
    pod: large,
    room: '',
  },
  {
    title: 'all of lower priority together are too little',
    nodes: [aNode('a')],
    placed: { low: ['a', 0, '1'], high: ['a', 20, '3'] },
    pod: large,
    room: '',
  },
  {
    title: 'who leaves anyway is no victim',
    nodes: [aNode('a'), aNode('b')],
    placed: { going: ['a', 5, '4', { terminating: true }], low: ['b', 0, '4'] },
    pod: large,
    room: 'a: ',
  },
  {
    title: 'whose company the pod shuns has to leave, others stay',
    nodes: [aNode('a')],
    placed: { web: ['a', 0, '1', { labels: { app: 'web' } }], db: ['a', 0, '1'] },
    pod: { spec: { priority: 10, affinity: awayFromWeb } },
    room: 'a: web',
  },
  {
    title: 'who shuns the company of the pod has to leave',
    nodes: [aNode('a')],
    placed: { shy: ['a', 0, '1', { spec: { affinity: awayFromWeb } }], db: ['a', 0, '1'] },
    pod: { labels: { app: 'web' }, spec: { priority: 10 } },
    room: 'a: shy',
  },
  {
    title: 'a port of the host is made free',
    nodes: [aNode('a')],
    placed: { holder: ['a', 0, '1', { hostPort: 80 }], other: ['a', 0, '1'] },
    pod: { hostPort: 80, spec: { priority: 10 } },
    room: 'a: holder',
  },
];

function onNode(pod: Pod, nodeName: string): Pod {
  return { ...pod, spec: { ...pod.spec, nodeName } };
}

function prioritized(name: string, priority: number, parts: PodParts, second = 0): Pod {
  const pod = aPod(name, { ...parts, spec: { ...parts.spec, priority } });
  const creationTimestamp = new Date(second * 1_000).toISOString();
  return { ...pod, metadata: { ...pod.metadata, creationTimestamp } };
}

function coreOf(nodes: readonly Node[], placed: Row['placed'] = {}): SchedulerCore {
  const core = new SchedulerCore(seededRandom(3));
  for (const node of nodes) core.nodeSeen(node);
  Object.entries(placed).forEach(([name, [node, priority, cpu, more = {}]], second) => {
    core.podSeen(onNode(prioritized(name, priority, { ...more, requests: { cpu } }, second), node), 0);
  });
  return core;
}

const roomOf = ({ unschedulable, preemptions }: Outcome): string => {
  const node = unschedulable[0]?.nominated;
  if (node === undefined) return '';
  const victims = preemptions.flatMap((each) => each.victims.map(({ name }) => name));
  return `${node}: ${victims.join(', ')}`;
};

for (const { title, nodes, placed, pod, room } of rows) {
  test(title, (t) => {
    const core = coreOf(nodes, placed);
    const taken = core.cluster.nodes.map(({ pods }) => [...pods.keys()].sort());
    core.podSeen(aPod('p', pod), 0);
    t.is(roomOf(core.decide(0)), room);
    core.podGone(aPod('p', pod));
    t.deepEqual(
      core.cluster.nodes.map(({ pods }) => [...pods.keys()].sort()),
      taken,
      'the cluster is as it was',
    );
  });
}

const LOW: Row['placed'] = { low: ['a', 0, '4'] };
const low = onNode(prioritized('low', 0, { requests: { cpu: '4' } }), 'a');
const placed = ({ placements }: Outcome): string[] =>
  placements.map(({ pod, node }) => `${pod.name} ${node}`);

test('room is held against pods of lower and of equal priority, and taken once the victims have gone', (t) => {
  const core = coreOf([aNode('a')], LOW);
  core.podSeen(aPod('p', large), 0);
  t.is(roomOf(core.decide(0)), 'a: low');
  core.podGone(low);
  core.podSeen(prioritized('small', 0, { requests: { cpu: '2' } }), 1);
  core.podSeen(prioritized('equal', 10, { requests: { cpu: '2' } }), 1);
  t.deepEqual(placed(core.decide(1)), ['p a'], 'at once, without a back-off');
});

test('while the victims leave nothing new is told, and nobody else has to leave', (t) => {
  const core = coreOf([aNode('a'), aNode('b')], { ...LOW, other: ['b', 5, '4'] });
  core.podSeen(aPod('p', large), 0);
  t.is(roomOf(core.decide(0)), 'a: low');
  core.podSeen({ ...low, metadata: { ...low.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, 1);
  core.queue.activate('uid-default-p');
  const { waiting, preemptions, unschedulable } = core.decide(1);
  t.deepEqual([waiting.map(({ name }) => name), preemptions, unschedulable], [['p'], [], []]);
});

test('a pod of higher priority does not see room that is held, and may take it', (t) => {
  const core = coreOf([aNode('a')], LOW);
  core.podSeen(aPod('p', large), 0);
  core.decide(0);
  core.podGone(low);
  core.podSeen(prioritized('urgent', 20, { requests: { cpu: '3' } }), 1);
  const outcome = core.decide(1);
  t.deepEqual(placed(outcome), ['urgent a']);
  t.deepEqual(
    outcome.unschedulable.map(({ pod, nominated }) => [pod.name, nominated]),
    [['p', undefined]],
  );
});

test('a pod of higher priority that makes room ousts who holds room there', (t) => {
  const core = coreOf([aNode('a')], { first: ['a', 0, '3'], second: ['a', 0, '1'] });
  core.podSeen(aPod('p', large), 0);
  t.is(roomOf(core.decide(0)), 'a: first');
  core.podSeen(prioritized('urgent', 20, { requests: { cpu: '4' } }), 1);
  const outcome = core.decide(1);
  t.is(roomOf(outcome), 'a: second');
  t.deepEqual(
    outcome.ousted.map(({ name }) => name),
    ['p'],
  );
});

test('what an earlier leader has promised is kept', (t) => {
  const core = coreOf([aNode('a')]);
  const promised = aPod('p', large);
  core.podSeen({ ...promised, status: { phase: 'Pending', nominatedNodeName: 'a' } }, 0);
  core.podSeen(prioritized('small', 0, { requests: { cpu: '2' } }), 0);
  const outcome = core.decide(0);
  t.deepEqual(placed(outcome), ['p a']);
  t.is(outcome.unschedulable[0]?.pod.name, 'small');
});

test('a pod that goes, or whose node goes, holds no room any more', (t) => {
  for (const end of ['pod', 'node'] as const) {
    const core = coreOf([aNode('a'), aNode('b')], { ...LOW, other: ['b', 5, '4'] });
    core.podSeen(aPod('p', large), 0);
    t.is(roomOf(core.decide(0)), 'a: low');
    if (end === 'pod') core.podGone(aPod('p', large));
    else core.nodeGone(aNode('a'));
    const next = core.decide(1);
    if (end === 'node') t.is(roomOf(next), 'b: other');
    core.podGone(low);
    core.podSeen(prioritized('small', 0, { requests: { cpu: '2' } }), 2);
    t.deepEqual(placed(core.decide(2)), end === 'pod' ? ['small a'] : []);
  }
});

test('a victim that could not be told to leave is chosen anew after a while', (t) => {
  const core = coreOf([aNode('a')], LOW);
  core.podSeen(aPod('p', large), 0);
  core.decide(0);
  core.notLeaving('uid-default-low', 'uid-default-p');
  t.is(roomOf(core.decide(500)), '');
  t.is(roomOf(core.decide(1_000)), 'a: low');
});
