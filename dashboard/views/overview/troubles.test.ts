import test from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { troublesOf } from './troubles.ts';

const NOW_MS = Date.parse('2026-01-01T00:10:00Z');
const LONG_AGO = '2026-01-01T00:00:00Z';
const NOTHING = { nodes: [], pods: [], rollouts: [], deployments: [] };

const node = (ready: 'True' | 'False', more: Partial<Node['spec']> = {}): Node => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: more },
  status: { conditions: [{ type: 'Ready', status: ready, message: 'has not been heard for 6 s' }] },
});
const pod = (status: Pod['status'], creationTimestamp = LONG_AGO): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'shop', creationTimestamp } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
  ...(status === undefined ? {} : { status }),
});

test('a cluster as it should be has no troubles', (t) => {
  const ready = [{ type: 'Ready', status: 'True' as const }];
  const pods = [pod({ phase: 'Running', conditions: ready })];
  t.deepEqual(troublesOf({ ...NOTHING, nodes: [node('True')], pods }, NOW_MS), []);
});

test('what is down comes before what is only odd', (t) => {
  const nodes = [node('True', { unschedulable: true }), node('False')];
  t.deepEqual(
    troublesOf({ ...NOTHING, nodes }, NOW_MS).map(({ tone, why }) => [tone, why]),
    [
      ['bad', 'has not been heard for 6 s'],
      ['warn', 'takes no new pods: it is cordoned'],
    ],
  );
});

test('a pod without a place says why; a new one is given time', (t) => {
  const status: Pod['status'] = {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes fit: 1 insufficient cpu' }],
  };
  const [trouble] = troublesOf({ ...NOTHING, pods: [pod(status)] }, NOW_MS);
  t.is(trouble?.why, '0/1 nodes fit: 1 insufficient cpu');
  t.is(trouble?.href, '/dashboard/pods/shop/web-1');
  t.deepEqual(troublesOf({ ...NOTHING, pods: [pod(status, '2026-01-01T00:09:55Z')] }, NOW_MS), []);
});

test('a crashing container is told of with its reason', (t) => {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' };
  const containerStatuses = [
    { name: 'web', image: 'web:1', imageID: '', ready: false, restartCount: 4, state: { waiting } },
  ];
  const [trouble] = troublesOf({ ...NOTHING, pods: [pod({ phase: 'Running', containerStatuses })] }, NOW_MS);
  t.is(trouble?.why, 'CrashLoopBackOff: back-off 40s restarting failed container');
});

test('a degraded rollout says why', (t) => {
  const rollout: Rollout = {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'shop' } },
    spec: { strategy: { canary: {} } },
    status: { phase: 'Degraded', message: 'aborted by analysis' },
  };
  t.deepEqual(
    troublesOf({ ...NOTHING, rollouts: [rollout] }, NOW_MS).map(({ kind, why }) => [kind, why]),
    [['Rollout', 'aborted by analysis']],
  );
});
