// Figures about objects: what a scrape tells of what is in the cache, and where it stops.
import test from 'ava';
import { Registry } from 'prom-client';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { CacheReader } from '../cache/cache.ts';
import { createObjectMetrics } from './object-metrics.ts';

const NOW_MS = Date.parse('2026-01-01T00:01:00Z');

/** Lines of the figures, without their heads. */
async function scrape(objects: Record<string, object[]>, seriesMax?: number): Promise<string[]> {
  const registry = new Registry();
  const list = <T extends AnyObject>({ resource }: KindDefinition<T>) => (objects[resource] ?? []) as T[];
  const cache: Pick<CacheReader, 'get' | 'list'> = { get: () => undefined, list };
  createObjectMetrics(registry, { cache, clock: new VirtualClock(NOW_MS) }, undefined, seriesMax);
  const text = await registry.metrics();
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('gantry_objects{'));
}

const named = (name: string, rest: object = {}) => ({
  metadata: { namespace: 'shop', name },
  spec: {},
  ...rest,
});

test('a Rollout amid its steps', async (t) => {
  const rollout = named('web', {
    spec: { replicas: 4, strategy: { canary: {} } },
    status: {
      ...{ phase: 'Progressing', updatedReplicas: 1, availableReplicas: 4, currentStepIndex: 2 },
      canary: { weights: { asked: 50, verified: false, canary: { weight: 20 }, stable: { weight: 80 } } },
    },
  });
  const of = '{namespace="shop",name="web"}';
  t.deepEqual(await scrape({ rollouts: [rollout] }), [
    'gantry_rollout_info{namespace="shop",name="web",phase="Progressing",strategy="canary",aborted="false"} 1',
    `gantry_rollout_replicas_desired${of} 4`,
    `gantry_rollout_replicas_updated${of} 1`,
    `gantry_rollout_replicas_available${of} 4`,
    `gantry_rollout_step${of} 2`,
    `gantry_rollout_weight_asked_ratio${of} 0.5`,
    `gantry_rollout_weight_set_ratio${of} 0.2`,
    `gantry_rollout_weight_confirmed${of} 0`,
  ]);
});

test('a Rollout of blue and green that has no status yet tells no more than there is', async (t) => {
  t.deepEqual(await scrape({ rollouts: [named('web', { spec: { strategy: { blueGreen: {} } } })] }), [
    'gantry_rollout_info{namespace="shop",name="web",phase="",strategy="blueGreen",aborted="false"} 1',
    'gantry_rollout_replicas_desired{namespace="shop",name="web"} 1',
  ]);
});

test('nodes, their Leases, pods, Deployments and analyses', async (t) => {
  const node = named('n1', {
    spec: { unschedulable: true },
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  });
  const lease = named('n1', { spec: { renewTime: '2026-01-01T00:00:18.000000Z' } });
  const unplaced = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] };
  const pods = [
    named('a', { spec: { nodeName: 'n1' }, status: { phase: 'Running' } }),
    named('b', { spec: { nodeName: 'n1' }, status: { phase: 'Running' } }),
    named('c', { status: unplaced }),
    named('d'),
  ];
  const run = (phase: string) =>
    named(phase, { status: { phase, metricResults: [{ error: 2 }, { error: 1 }, {}] } });
  const lines = await scrape({
    ...{ nodes: [node], leases: [lease], pods },
    deployments: [
      named('api', { spec: { replicas: 3 }, status: { availableReplicas: 2, updatedReplicas: 3 } }),
    ],
    analysisruns: [run('Running'), run('Failed')],
  });
  t.deepEqual(lines, [
    'gantry_node_condition{node="n1",condition="Ready",status="Unknown"} 1',
    'gantry_node_unschedulable{node="n1"} 1',
    'gantry_node_heartbeat_age_seconds{node="n1"} 42',
    'gantry_pods{namespace="shop",phase="Running"} 2',
    'gantry_pods{namespace="shop",phase="Pending"} 2',
    'gantry_pods_without_node{namespace="shop",reason="Unschedulable"} 1',
    'gantry_pods_without_node{namespace="shop",reason="NotTriedYet"} 1',
    'gantry_deployment_replicas_desired{namespace="shop",name="api"} 3',
    'gantry_deployment_replicas_updated{namespace="shop",name="api"} 3',
    'gantry_deployment_replicas_available{namespace="shop",name="api"} 2',
    'gantry_analysis_runs{namespace="shop",phase="Running"} 1',
    'gantry_analysis_runs{namespace="shop",phase="Failed"} 1',
    'gantry_analysis_run_measurement_errors{namespace="shop"} 3',
  ]);
});

test('more objects than series are told of are counted', async (t) => {
  const deployments = ['a', 'b', 'c'].map((name) => named(name, { spec: { replicas: 1 } }));
  const registry = new Registry();
  const list = <T extends AnyObject>({ resource }: KindDefinition<T>) =>
    (resource === 'deployments' ? deployments : []) as unknown as T[];
  const deps = { cache: { get: () => undefined, list }, clock: new VirtualClock(NOW_MS) };
  const rows = () => deployments.map(({ metadata: { name } }) => [{ name }, 1] as const);
  createObjectMetrics(registry, deps, [{ name: 'things', help: 'Things.', labels: ['name'], rows }], 2);
  await registry.metrics();
  const text = await registry.metrics();
  t.regex(text, /gantry_things\{name="a"\} 1\ngantry_things\{name="b"\} 1\n(?!gantry_things)/);
  t.regex(text, /gantry_object_series_surplus_total\{figure="things"\} [12]\n/);
});
