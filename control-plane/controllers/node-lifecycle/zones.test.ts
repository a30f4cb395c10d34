// How the nodes of a zone lose their pods: never faster than the rate, and not at all where most are away.
import test from 'ava';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { passIn, settleAll } from '../../engine/settle.ts';
import { aNode, Lab } from './node-lab.ts';
import { createNodeLifecycleController } from './node-lifecycle-controller.ts';
import { condemnedAtMs } from './node-taints.ts';
import { surveyOf, waitMs, type FoundNode, type Survey } from './survey.ts';
import { createZoneMetrics } from './zone-metrics.ts';
import { EVICTION_RATES, evictionIntervalMs, zoneNameOf, zoneStateOf } from './zones.ts';

const STATES = [
  [1, 0, 'Normal'],
  [1, 1, 'FullDisruption'],
  [3, 2, 'Normal'],
  [3, 3, 'FullDisruption'],
  [4, 2, 'Normal'],
  [4, 3, 'PartialDisruption'],
  [5, 3, 'PartialDisruption'],
  [6, 3, 'Normal'],
  [100, 54, 'Normal'],
  [100, 55, 'PartialDisruption'],
  [100, 100, 'FullDisruption'],
] as const;

for (const [size, unready, state] of STATES)
  test(`a zone of which ${unready} of ${size} nodes are away: ${state}`, (t) => {
    t.is(zoneStateOf(size, unready, EVICTION_RATES), state);
  });

test('the rate is that of the state and the size', (t) => {
  const interval = (state: 'Normal' | 'PartialDisruption' | 'FullDisruption', size: number): number =>
    evictionIntervalMs(state, size, EVICTION_RATES);
  t.is(interval('Normal', 5), 10_000);
  t.is(interval('FullDisruption', 5), 10_000);
  t.is(interval('PartialDisruption', 50), Infinity);
  t.is(interval('PartialDisruption', 51), 100_000);
});

test('the zone is read off the labels', (t) => {
  const labelled = (labels: Record<string, string>): string =>
    zoneNameOf({ ...aNode('a'), metadata: { name: 'a', labels } });
  t.is(zoneNameOf(aNode('a')), '');
  t.is(labelled({ 'topology.kubernetes.io/zone': 'a' }), ':a');
  t.is(labelled({ 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'a' }), 'eu:a');
});

const node = (name: string, health: FoundNode['health'], condemnedAt?: number): FoundNode => ({
  ...{ name, zone: '', health, isCondemned: condemnedAt !== undefined },
  ...(condemnedAt === undefined ? {} : { condemnedAtMs: condemnedAt }),
});
const others = ['x', 'y', 'z'].map((name) => node(name, 'ready'));

function zoneAt(nodes: readonly FoundNode[], nowMs: number, before?: Survey) {
  const survey = surveyOf(nodes, before, EVICTION_RATES, nowMs);
  const zone = survey.zones.get('');
  if (zone === undefined) throw new Error('there is a zone');
  return { survey, zone, waits: (name: string): number => waitMs(zone, name, nowMs) };
}

test('the first lost node has its turn at once, the others one after the other', (t) => {
  const nodes = [node('a', 'lost'), node('b', 'lost'), node('c', 'not-ready'), ...others];
  const { waits } = zoneAt(nodes, 0);
  t.deepEqual(['a', 'b', 'c'].map(waits), [0, 10_000, 20_000]);
});

test('a new leader counts from when the last node was condemned, even one that is well again', (t) => {
  const { waits } = zoneAt([node('a', 'lost', 4_000), node('b', 'lost'), ...others], 6_000);
  t.is(waits('b'), 8_000);
  const well = { ...node('a', 'ready', 4_000), isCondemned: false };
  t.is(zoneAt([well, node('b', 'lost'), ...others], 6_000).waits('b'), 8_000);
});

test('a time that only a wrong clock can have written is not waited for', (t) => {
  const { waits } = zoneAt([node('a', 'lost', 3_600_000), node('b', 'lost'), ...others], 6_000);
  t.is(waits('b'), 0);
});

test('a turn that is given up or passed may have been used unseen: the next comes an interval later', (t) => {
  const first = zoneAt([node('a', 'lost'), node('b', 'lost'), ...others], 0);
  const recovered = zoneAt([node('a', 'ready'), node('b', 'lost'), ...others], 3_000, first.survey);
  t.is(recovered.waits('b'), 10_000);
  const passed = zoneAt([node('a', 'lost'), node('b', 'lost'), ...others], 10_000, first.survey);
  t.deepEqual([passed.waits('b'), passed.waits('a')], [10_000, 20_000], 'whoever passed goes to the end');
});

test('where most are away nobody is condemned; where all of one zone are, and others are not, as usual', (t) => {
  const away = ['a', 'b', 'c', 'd'].map((name) => node(name, 'lost'));
  t.is(zoneAt([...away, ...others], 0).waits('a'), Infinity);
  const elsewhere = others.map((one) => ({ ...one, zone: 'eu:b' }));
  const dark = zoneAt([...away, ...elsewhere], 0);
  t.is(dark.zone.state, 'FullDisruption');
  t.is(dark.waits('a'), 0);
  const all = zoneAt(away, 0);
  t.true(all.survey.areAllAway);
  t.is(all.waits('a'), Infinity);
});

test('two of three: the second node loses its pods ten seconds after the first', (t) => {
  const lab = new Lab('a', 'b', 'c').pod('p', 'a', 0).pod('q', 'b', 0).settle().run(5, 'c');
  t.deepEqual(lab.podsLeft(), ['q']);
  const reasons = passIn(lab.world, lab.controller, { namespace: '', name: 'b' })?.plan.reasons;
  t.deepEqual(reasons?.[1], { type: 'awaiting-turn', zone: '', inMs: 10_000 });
  lab.controller = createNodeLifecycleController(lab.clock);
  lab.run(9, 'c');
  t.deepEqual(lab.podsLeft(), ['q'], 'nor does a new leader hurry');
  lab.run(1, 'c');
  t.deepEqual(lab.podsLeft(), []);
});

test('pods leave once the taint is stored, so that none go when it is refused', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 0).settle().run(4, 'b').away(1).beat('b');
  const first = passIn(lab.world, lab.controller, { namespace: '', name: 'a' });
  if (first === undefined) return t.fail('there is a node');
  t.deepEqual(
    first.plan.actions.map(({ type }) => type),
    ['update', 'record-event'],
  );
  const second = passIn(first.world, lab.controller, { namespace: '', name: 'a' });
  t.deepEqual(
    second?.plan.actions.map(({ type }) => type),
    ['delete'],
  );
});

test('three of five: one goes before the others are missed; then nobody, until the zone is well', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const lab = new Lab(...names);
  for (const name of names) lab.pod(`pod-${name}`, name, 0);
  lab.run(60, 'd', 'e');
  t.deepEqual(
    lab.podsLeft(),
    names.map((name) => `pod-${name}`),
    'they fell silent together',
  );
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule'], 'but nothing new comes to them');
  const reasons = passIn(lab.world, lab.controller, { namespace: '', name: 'a' })?.plan.reasons;
  t.deepEqual(reasons?.[1], { type: 'zone-disrupted', zone: '', away: 3, of: 5 });
  lab.run(1, 'c', 'd', 'e').report('c', 'True').run(1, 'c', 'd', 'e');
  t.is(lab.podsLeft().length, 4, 'two of five are no disruption');
});

test('when all are away, who was condemned is let off until one is ready again', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 60).run(8, 'b');
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule', 'unreachable:NoExecute']);
  lab.run(7);
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule']);
  lab.run(120);
  t.deepEqual(lab.podsLeft(), ['p']);
});

test('a thousand nodes that are a heartbeat late at once lose the pods of one', (t) => {
  const found = Array.from({ length: 1000 }, (_, at) => node(`n${at}`, at < 990 ? 'lost' : 'ready'));
  const { zone, waits } = zoneAt(found, 0);
  t.is(zone.state, 'PartialDisruption');
  t.deepEqual([waits('n0'), waits('n1'), waits('n989')], [0, 100_000, 98_900_000]);
});

test('the figures of zones go by the names of Kubernetes, and forget a zone that is gone', async (t) => {
  const registry = new Registry();
  const metrics = createZoneMetrics(registry);
  const told = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('node_collector'));
  const first = zoneAt([node('a', 'lost'), ...others], 0);
  metrics.surveyed(first.survey);
  metrics.surveyed(zoneAt([node('a', 'lost', 0), ...others], 1_000, first.survey).survey);
  t.deepEqual(await told(), [
    'node_collector_zone_health{zone=""} 75',
    'node_collector_zone_size{zone=""} 4',
    'node_collector_unhealthy_nodes_in_zone{zone=""} 1',
    'node_collector_evictions_total{zone=""} 1',
  ]);
  metrics.surveyed(surveyOf([], first.survey, EVICTION_RATES, 2_000));
  t.deepEqual(await told(), ['node_collector_evictions_total{zone=""} 1']);
});

test('a node that is well is passed over once in its grace, but for the lookout', (t) => {
  const lab = new Lab('a', 'b').run(1, 'a', 'b');
  const recheck = (name: string) =>
    passIn(lab.world, lab.controller, { namespace: '', name })?.plan.recheckAfterMs;
  t.deepEqual([recheck('a'), recheck('b')], [5_000, 5_000], 'a grace of five seconds');
  lab.grace('a', 50).grace('b', 50).run(1, 'a', 'b');
  t.deepEqual([recheck('a'), recheck('b')], [5_000, 50_000]);
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const STEPS = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 12 }),
    beating: fc.subarray(NAMES),
    crash: fc.boolean(),
  }),
  { minLength: 1, maxLength: 10 },
);

/** When each node was condemned, as the steps go by. */
function condemnations(lab: Lab, seen: Map<string, Set<number>>): void {
  for (const name of NAMES) {
    const atMs = condemnedAtMs(lab.node(name));
    if (atMs !== undefined)
      seen.set(lab.zones.get(name) ?? '', (seen.get(lab.zones.get(name) ?? '') ?? new Set()).add(atMs));
  }
}

test('whoever falls silent and comes back: no zone loses nodes faster than the rate, and the recovered are untainted', (t) => {
  fc.assert(
    fc.property(STEPS, fc.integer({ min: 1, max: 6 }), (steps, split) => {
      const lab = new Lab(...NAMES);
      for (const name of NAMES.slice(split)) lab.inZone(name, 'b');
      const seen = new Map<string, Set<number>>();
      for (const { seconds, beating, crash } of steps) {
        if (crash) lab.controller = createNodeLifecycleController(lab.clock);
        for (let second = 0; second < seconds; second += 1) {
          lab.run(1, ...beating);
          for (const name of beating) if (lab.ready(name) !== 'True') lab.report(name, 'True');
          condemnations(lab, seen);
          for (const name of beating) t.deepEqual(lab.taints(name), [], `${name} is well`);
          if (NAMES.every((name) => lab.ready(name) === 'Unknown'))
            t.false(lab.run(1).condemned().length > 0, 'all are away');
        }
      }
      for (const times of seen.values()) {
        const sorted = [...times].toSorted((x, y) => x - y);
        sorted.forEach((atMs, at) => t.true(at === 0 || atMs - (sorted[at - 1] ?? 0) >= 10_000));
      }
      t.is(settleAll([lab.controller], lab.world).passes.length, 0);
    }),
    { numRuns: 40 },
  );
});
