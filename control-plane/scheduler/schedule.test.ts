// Safety statements about any decision, on random clusters: whatever is placed fits, whatever fits is placed.
import test from 'ava';
import fc from 'fast-check';
import type { Node } from '@gantry/api/kinds/node';
import type { ClusterState } from './cluster-state.ts';
import { allPlugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import { schedule } from './schedule.ts';
import type { PodParts } from './test-cluster.ts';
import { aCluster, aNode, stateOf, view } from './test-cluster.ts';
import { Verdict } from './verdict.ts';

const RUNS = 150;

const zones = fc.constantFrom('x', 'y', 'z');
const apps = fc.constantFrom('web', 'db', 'job');
const topologyKeys = fc.constantFrom('zone', 'kubernetes.io/hostname');

const nodes: fc.Arbitrary<Node[]> = fc
  .array(
    fc.record({
      zone: fc.option(zones, { nil: undefined }),
      cpu: fc.integer({ min: 0, max: 4 }),
      memory: fc.integer({ min: 0, max: 4 }),
      pods: fc.integer({ min: 0, max: 6 }),
      ready: fc.constantFrom('True', 'True', 'True', 'False' as const),
      cordoned: fc.constantFrom(false, false, true),
      tainted: fc.constantFrom(false, false, true),
    }),
    { maxLength: 7 },
  )
  .map((shapes) =>
    shapes.map(({ zone, cpu, memory, pods, ready, cordoned, tainted }, index) =>
      aNode(`n${index}`, {
        ready: ready,
        ...(zone === undefined ? {} : { labels: { zone } }),
        allocatable: { cpu: String(cpu), memory: `${memory}Gi`, pods: String(pods) },
        spec: {
          unschedulable: cordoned,
          taints: tainted ? [{ key: 'special', effect: 'NoSchedule' as const }] : [],
        },
      }),
    ),
  );

const selectorOf = (app: string) => ({ labelSelector: { matchLabels: { app } } });

const podShapes: fc.Arbitrary<PodParts> = fc
  .record({
    app: apps,
    cpu: fc.constantFrom('0', '500m', '1', '2'),
    memory: fc.constantFrom('0', '512Mi', '1Gi'),
    hostPort: fc.constantFrom(0, 0, 0, 80),
    tolerates: fc.boolean(),
    away: fc.option(fc.tuple(apps, topologyKeys), { nil: undefined, freq: 3 }),
    near: fc.option(fc.tuple(apps, topologyKeys), { nil: undefined, freq: 5 }),
    maxSkew: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 4 }),
    zone: fc.option(zones, { nil: undefined, freq: 4 }),
  })
  .map(({ app, cpu, memory, hostPort, tolerates, away, near, maxSkew, zone }) => ({
    labels: { app },
    ownerUid: app,
    requests: { cpu, memory },
    ...(hostPort === 0 ? {} : { hostPort }),
    spec: {
      ...(zone === undefined ? {} : { nodeSelector: { zone } }),
      tolerations: tolerates ? [{ key: 'special', operator: 'Exists' as const }] : [],
      affinity: {
        ...(away === undefined
          ? {}
          : {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: away[1], ...selectorOf(away[0]) },
                ],
              },
            }),
        ...(near === undefined
          ? {}
          : {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: near[1], ...selectorOf(near[0]) },
                ],
              },
            }),
      },
      ...(maxSkew === undefined
        ? {}
        : {
            topologySpreadConstraints: [
              {
                maxSkew,
                topologyKey: 'zone',
                whenUnsatisfiable: 'DoNotSchedule' as const,
                ...selectorOf(app),
              },
            ],
          }),
    },
  }));

/** A few templates, several pods of each, so that classes are shared. */
const pods: fc.Arbitrary<PodView[]> = fc
  .tuple(fc.array(podShapes, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4), { maxLength: 25 }))
  .map(([shapes, picks]) =>
    picks.map((pick, index) => view(`p${index}`, shapes[pick % shapes.length] ?? {})),
  );

function overcommitted(cluster: ClusterState): string[] {
  return cluster.nodes
    .filter(
      ({ offer, requested, pods: placed }) =>
        offer !== undefined &&
        placed.size > 0 &&
        ((requested.cpuMilli > 0 && requested.cpuMilli > offer.allocatable.cpuMilli) ||
          (requested.memoryBytes > 0 && requested.memoryBytes > offer.allocatable.memoryBytes) ||
          placed.size > offer.podsMax),
    )
    .map(({ name }) => name);
}

test('each placed pod passes all filters at its turn, and no node takes more than it has', (t) => {
  fc.assert(
    fc.property(nodes, pods, fc.nat(), (givenNodes, pending, seed) => {
      const decided = aCluster(givenNodes);
      const { placements, unschedulable } = schedule(stateOf(decided, seed), pending);
      t.is(placements.length + unschedulable.length, pending.length);
      const cluster = aCluster(givenNodes);
      for (const { pod, node } of placements) {
        const verdict = new Verdict(pod, cluster, allPlugins);
        const state = cluster.node(node);
        t.truthy(state);
        t.deepEqual(state && verdict.refusal(state), undefined, `${pod.name} on ${node}`);
        cluster.place(pod, node);
      }
      t.deepEqual(overcommitted(cluster), []);
      t.is(fingerprint(decided), fingerprint(cluster), 'the placements, and nothing else, were made');
    }),
    { numRuns: RUNS },
  );
});

test('nothing feasible is left pending: tried again until nothing moves, no node would take what is left', (t) => {
  fc.assert(
    fc.property(nodes, pods, fc.nat(), (givenNodes, given, seed) => {
      const cluster = aCluster(givenNodes);
      let pending = given;
      for (let rounds = 0; ; rounds += 1) {
        t.true(rounds <= given.length, 'settles');
        const { placements, unschedulable } = schedule(stateOf(cluster, seed), pending);
        pending = unschedulable.map(({ pod }) => pod);
        if (placements.length === 0) break;
      }
      for (const pod of pending) {
        const verdict = new Verdict(pod, cluster, allPlugins);
        t.deepEqual(
          cluster.nodes.filter((node) => verdict.refusal(node) === undefined).map(({ name }) => name),
          [],
          `${pod.name} could run`,
        );
      }
    }),
    { numRuns: RUNS },
  );
});

test('anti-affinity is never violated, in either direction', (t) => {
  fc.assert(
    fc.property(nodes, pods, fc.nat(), (givenNodes, pending, seed) => {
      const cluster = aCluster(givenNodes);
      const { placements } = schedule(stateOf(cluster, seed), pending);
      const labelsOf = (node: string): Readonly<Record<string, string>> =>
        cluster.node(node)?.offer?.labels ?? {};
      for (const { pod, node } of placements) {
        const terms =
          pod.needs.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
        for (const { topologyKey, labelSelector } of terms) {
          const clashes = placements.filter(
            (other) =>
              other.pod !== pod &&
              other.pod.labels['app'] === labelSelector?.matchLabels?.['app'] &&
              labelsOf(node)[topologyKey] !== undefined &&
              labelsOf(other.node)[topologyKey] === labelsOf(node)[topologyKey],
          );
          t.deepEqual(clashes, []);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test('the same input gives the same outcome', (t) => {
  fc.assert(
    fc.property(nodes, pods, fc.nat(), (givenNodes, pending, seed) => {
      const once = schedule(stateOf(aCluster(givenNodes), seed), pending);
      const again = schedule(stateOf(aCluster(givenNodes), seed), pending);
      t.deepEqual(
        once.placements.map(({ pod, node }) => [pod.uid, node]),
        again.placements.map(({ pod, node }) => [pod.uid, node]),
      );
    }),
    { numRuns: 30 },
  );
});

test('replicas of one owner spread evenly over equal nodes', (t) => {
  const cluster = aCluster(['a', 'b', 'c', 'd'].map((name) => aNode(name)));
  const pending = Array.from({ length: 12 }, (_, index) => view(`p${index}`, { ownerUid: 'rs' }));
  const { placements } = schedule(stateOf(cluster, 7), pending);
  const counts = ['a', 'b', 'c', 'd'].map((name) => placements.filter(({ node }) => node === name).length);
  t.deepEqual(counts, [3, 3, 3, 3]);
});

function fingerprint(cluster: ClusterState): string {
  return JSON.stringify([
    cluster.nodes.map(({ name, requested, pods: placed }) => [name, requested, [...placed.keys()]]),
    [...cluster.classes].map(({ key, podsBySlot }) => [key, [...podsBySlot]]),
  ]);
}
