// Counts that are kept up to date say what counting from scratch says, whatever comes and goes.
import test from 'ava';
import fc from 'fast-check';
import { ClusterState } from './cluster-state.ts';
import type { CountQuestion } from './domain-counts.ts';
import type { PodView } from './pod-needs.ts';
import { QUESTIONS_MAX } from './domain-counters.ts';
import { aNode, view } from './test-cluster.ts';

const QUESTIONS: readonly CountQuestion[] = [
  { key: 'web by zone', topologyKey: 'zone', selects: ({ labels }) => labels['app'] === 'web' },
  {
    key: 'all by zone, on ssd only, not those that end',
    topologyKey: 'zone',
    selects: ({ terminating }) => !terminating,
    countsNode: ({ labels }) => labels['zone'] !== undefined && labels['disk'] === 'ssd',
  },
  { key: 'all by host', topologyKey: 'kubernetes.io/hostname', selects: () => true },
];

/** Pods by domain, counted by looking at every pod of every node. */
function recount(cluster: ClusterState, { topologyKey, selects, countsNode }: CountQuestion) {
  const domains = new Map<string, number>();
  for (const { offer, pods } of cluster.nodes) {
    const value = offer?.labels[topologyKey];
    if (offer === undefined || value === undefined || countsNode?.(offer) === false) continue;
    const selected = [...pods.values()].filter((pod) => selects(classOf(pod))).length;
    domains.set(value, (domains.get(value) ?? 0) + selected);
  }
  return domains;
}

function classOf({ classKey, needs, labels, namespace, terminating }: PodView) {
  return {
    ...{ key: classKey, needs, labels, namespace, terminating },
    podsBySlot: new Map<number, number>(),
    counts: [],
  };
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('node', 'node', 'no-node', 'pod', 'pod', 'pod', 'no-pod', 'ask'),
    node: fc.constantFrom('a', 'b', 'c', 'd'),
    pod: fc.nat(7),
    app: fc.constantFrom('web', 'db'),
    zone: fc.constantFrom('x', 'y', undefined),
    disk: fc.constantFrom('ssd', 'tape'),
    terminating: fc.boolean(),
  }),
  { maxLength: 60 },
);

test('counts, the fewest, the most and the sum are those of a recount', (t) => {
  fc.assert(
    fc.property(steps, (given) => {
      const cluster = new ClusterState();
      for (const { what, node, pod, app, zone, disk, terminating } of given) {
        const labels = { disk, ...(zone === undefined ? {} : { zone }) };
        if (what === 'node') cluster.setNode(aNode(node, { labels }));
        if (what === 'no-node') cluster.removeNode(node);
        if (what === 'pod') cluster.place(view(`p${pod}`, { labels: { app }, terminating }), node);
        if (what === 'no-pod') cluster.remove(view(`p${pod}`).uid);
        if (what === 'ask') for (const question of QUESTIONS) cluster.counters.of(question);
      }
      for (const question of QUESTIONS) {
        const counts = cluster.counters.of(question);
        const expected = recount(cluster, question);
        const values = [...expected.values()];
        t.is(counts.fewest, values.length === 0 ? 0 : Math.min(...values));
        t.is(counts.most, values.length === 0 ? 0 : Math.max(...values));
        t.is(
          counts.total,
          values.reduce((sum, each) => sum + each, 0),
        );
        for (const { slot, offer } of cluster.nodes) {
          const value = offer?.labels[question.topologyKey];
          t.is(counts.hasDomain(slot), value !== undefined);
          t.is(counts.at(slot), expected.get(value ?? '') ?? 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('of too many questions those not asked for lately are dropped, and counted anew when they are asked again', (t) => {
  const cluster = new ClusterState();
  cluster.setNode(aNode('a'));
  const question = (index: number): CountQuestion => {
    return { key: `q${index}`, topologyKey: 'kubernetes.io/hostname', selects: () => true };
  };
  for (let index = 0; index <= QUESTIONS_MAX; index += 1) cluster.counters.of(question(index));
  cluster.counters.trim(1);
  t.is(cluster.counters.drops, 1);
  cluster.place(view('p'), 'a');
  for (const index of [0, QUESTIONS_MAX]) t.is(cluster.counters.of(question(index)).total, 1);
});
