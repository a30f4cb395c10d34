// One order out of what nodes with wrong clocks have recorded: it agrees with revisions, with what each had seen, and with
// the order in which each recorded it.
import test from 'ava';
import { HybridClock } from '@gantry/kit/hybrid-clock';
import type { HybridTime } from '@gantry/kit/hybrid-time';
import { seededRandom } from '@gantry/kit/random';
import { causalOrder, type Placed } from './causal-order.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;
const at = (wallMs: number, node = 'control-plane', counter = 0): HybridTime => ({ wallMs, counter, node });

interface Named extends Placed {
  name: string;
}
const namesOf = (records: readonly Named[]): string[] => causalOrder(records).map(({ record }) => record.name);

test('nodes two hours ahead and two hours behind act behind what they have seen', (t) => {
  const records: Named[] = [
    { name: 'started on the late node', at: at(START_MS + 20 - 2 * HOUR_MS, 'late'), seen: 11 },
    { name: 'started on the early node', at: at(START_MS + 25 + 2 * HOUR_MS, 'early'), seen: 11 },
    { name: 'ready', at: at(START_MS + 40), revision: 12 },
    { name: 'created', at: at(START_MS), revision: 10 },
    { name: 'bound', at: at(START_MS + 10), revision: 11 },
  ];
  // The early node cannot be told apart from one that acts later; it never comes too soon.
  t.deepEqual(namesOf(records), [
    'created',
    'bound',
    'started on the late node',
    'ready',
    'started on the early node',
  ]);
});

test('changes go by revision, whatever the clocks of the replicas say', (t) => {
  const records: Named[] = [
    { name: 'c', at: at(50, 'replica-b'), revision: 3 },
    { name: 'a', at: at(900, 'replica-a'), revision: 1 },
    { name: 'b', at: at(40, 'replica-b'), revision: 2 },
    { name: 'then', at: at(901, 'n1'), seen: 1 },
  ];
  t.deepEqual(namesOf(records), ['a', 'b', 'c', 'then']);
});

test('what a node recorded stays in its order, also when its clock was put back meanwhile', (t) => {
  const records: Named[] = [
    { name: 'x', at: at(500, 'n1'), seen: 1 },
    { name: 'y', at: at(100, 'n1'), seen: 1 },
    { name: 'other', at: at(300, 'n2'), seen: 1 },
    { name: 'change', at: at(10), revision: 1 },
  ];
  t.deepEqual(namesOf(records), ['change', 'other', 'x', 'y']);
});

test('stamps grow along the order, as plain text', (t) => {
  const records = Array.from({ length: 200 }, (_, index): Placed => ({
    at: at(START_MS - (index % 7), `n${index % 3}`),
    ...(index % 2 === 0 ? { revision: index } : { seen: index - 10 }),
  }));
  const stamps = causalOrder(records).map(({ stamp }) => stamp);
  t.deepEqual([...stamps].sort(), stamps);
  t.is(new Set(stamps).size, stamps.length);
});

interface Happened extends Placed {
  id: number;
  causes: number[];
}

/**
 * A control plane and nodes with wrong clocks. Nodes see changes late, act on what they have seen, report back (which is a
 * change), and exchange clocks now and then. Each happening knows what may have led to it.
 */
function history(seed: number): Happened[] {
  const random = seededRandom(seed);
  const pick = (below: number): number => Math.floor(random.next() * below);
  let trueMs = START_MS;
  const plane = new HybridClock({ nowMs: () => trueMs }, 'control-plane');
  const nodes = [-2 * HOUR_MS, 0, 2 * HOUR_MS].map((wrongMs, id) => {
    const nowMs = (): number => trueMs + wrongMs;
    return { nowMs, clock: new HybridClock({ nowMs }, `node-${id}`), seen: 0, last: -1 };
  });
  const all: Happened[] = [];
  let revision = 0;
  const changeIds = new Map<number, number>();
  const change = (causes: number[]): number => {
    revision += 1;
    const id = all.push({ id: all.length, at: plane.now(), revision, causes }) - 1;
    changeIds.set(revision, id);
    return id;
  };
  const meet = (node: (typeof nodes)[number]): void => {
    plane.receive(node.clock.now());
    node.clock.follow({ sentMs: node.nowMs(), receivedMs: node.nowMs(), heard: plane.now() });
  };
  for (const node of nodes) meet(node);
  change([]);
  for (let step = 0; step < 200; step += 1) {
    trueMs += pick(30);
    const node = nodes[pick(nodes.length)] ?? nodes[0];
    if (node === undefined) break;
    if (random.next() < 0.3) change([]);
    node.seen = Math.max(node.seen, revision - pick(3));
    if (random.next() < 0.2) meet(node);
    const causes = [node.last, changeIds.get(node.seen) ?? -1].filter((id) => id >= 0);
    node.last = all.push({ id: all.length, at: node.clock.now(), seen: node.seen, causes }) - 1;
    if (random.next() < 0.4) {
      meet(node);
      change([node.last]);
    }
  }
  return all;
}

test('cause comes before effect, for random histories of nodes that are hours wrong', (t) => {
  for (let seed = 1; seed <= 80; seed += 1) {
    const all = history(seed);
    const place = new Map(causalOrder(all).map(({ record }, index) => [record.id, index]));
    t.is(place.size, all.length);
    for (const { id, causes } of all) {
      for (const cause of causes) t.true((place.get(cause) ?? 0) < (place.get(id) ?? 0), `seed ${seed}: ${cause} ${id}`);
    }
  }
});
