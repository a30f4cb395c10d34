import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import { aPod } from '../toy-workloads.ts';
import { byLeastWorthKeeping, DELETION_COST } from './least-worth-keeping.ts';

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-01-02T00:00:00Z';

function servingPod(
  name: string,
  parts: { node?: string; ready?: string; cost?: string; restarts?: number; created?: string } = {},
): Pod {
  const { node = 'n1', ready = OLD, cost, restarts = 0, created = OLD } = parts;
  return aPod(name, {
    metadata: {
      creationTimestamp: created,
      ...(cost === undefined ? {} : { annotations: { [DELETION_COST]: cost } }),
    },
    spec: { nodeName: node },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ready }],
      containerStatuses: [{ name: 'main', ready: true, restartCount: restarts, image: '', imageID: '' }],
    },
  });
}

const unready = (name: string): Pod =>
  aPod(name, {
    spec: { nodeName: 'n1' },
    status: { phase: 'Running' },
    metadata: { creationTimestamp: OLD },
  });

/** Each row: the first is to go before the second. */
const ROWS: [string, Pod, Pod][] = [
  ['unassigned before assigned', aPod('a', { status: { phase: 'Running' } }), unready('b')],
  [
    'pending before running',
    aPod('b', { spec: { nodeName: 'n' }, status: { phase: 'Pending' } }),
    unready('a'),
  ],
  [
    'unknown before running',
    aPod('b', { spec: { nodeName: 'n' }, status: { phase: 'Unknown' } }),
    unready('a'),
  ],
  ['unready before ready', unready('b'), servingPod('a', { created: NEW })],
  ['cheap before dear', servingPod('b', { cost: '-5' }), servingPod('a')],
  ['a cost that is no number is none', servingPod('a', { cost: 'x' }), servingPod('b', { cost: '1' })],
  ['crowded nodes first', servingPod('b', { node: 'full' }), servingPod('a')],
  ['ready for a shorter time first', servingPod('b', { ready: NEW }), servingPod('a')],
  ['restarted more often first', servingPod('b', { restarts: 2 }), servingPod('a')],
  ['younger first', servingPod('b', { created: NEW }), servingPod('a')],
  ['else by name', servingPod('a'), servingPod('b')],
];

const order = byLeastWorthKeeping(
  new Map([
    ['full', 3],
    ['n1', 1],
  ]),
);

for (const [name, first, second] of ROWS) {
  test(name, (t) => {
    t.is(order(first, second), -1);
    t.is(order(second, first), 1);
    t.is(order(first, first), 0);
  });
}
