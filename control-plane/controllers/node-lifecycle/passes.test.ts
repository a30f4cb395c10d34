// What a cluster that is well costs, in the real engine: heartbeats need no pass, and a lost node is noticed in time.
import test from 'ava';
import { leaseKind, type Lease } from '@gantry/api/kinds/lease';
import { nodeKind } from '@gantry/api/kinds/node';
import type { AnyObject } from '@gantry/api/meta';
import { startTestEngine, type TestEngine } from '../../engine/test-engine.ts';
import { aLease, aNode } from './node-lab.ts';
import { createNodeLifecycleController } from './node-lifecycle-controller.ts';

const NODES = ['a', 'b', 'c', 'd', 'e'];
const BEAT_SECONDS = 10;
const GRACE_SECONDS = 50;

async function startCluster(test: TestEngine): Promise<void> {
  const { resources } = test;
  for (const name of NODES) {
    const { status, ...node } = aNode(name);
    await resources.create(nodeKind, node, test.context());
    const key = { namespace: '', name };
    await resources.update(nodeKind, key, 'status', (now) => ({ ...now, status }), test.context());
    const lease = aLease(name);
    const spec = { ...lease.spec, leaseDurationSeconds: GRACE_SECONDS };
    await resources.create(leaseKind, { ...lease, spec }, test.context());
  }
  await test.cache.waitForNewest();
}

/** A second at a time; each node beats at its own second of ten. */
async function run(
  test: TestEngine,
  seconds: number,
  beating: readonly string[],
  from: number,
): Promise<void> {
  for (let second = from; second < from + seconds; second += 1) {
    test.clock.advance(1000);
    const name = beating.find((_, at) => second % BEAT_SECONDS === at);
    if (name !== undefined) {
      const renewTime = `2026-01-01T01:00:00.${String(second).padStart(6, '0')}Z`;
      const key = { namespace: 'kube-node-lease', name };
      const renewed = (lease: AnyObject): AnyObject => ({
        ...lease,
        spec: { ...(lease as Lease).spec, renewTime },
      });
      await test.resources.update(leaseKind, key, 'main', renewed, test.context());
    }
    await test.still();
  }
}

async function passesOf({ registry }: TestEngine): Promise<number> {
  const metric = await registry.getSingleMetric('gantry_controller_passes_total')?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}

test('a node that is well costs a pass in its grace, the lookout one in five seconds; silence is noticed to the second', async (t) => {
  const engine = await startTestEngine();
  await startCluster(engine);
  const stop = engine.run(createNodeLifecycleController(engine.clock));
  await run(engine, 60, NODES, 0);
  const before = await passesOf(engine);
  await run(engine, 300, NODES, 60);
  const passes = (await passesOf(engine)) - before;
  t.true(passes >= 60, `${passes}: the lookout is looked at`);
  t.true(passes <= 62 + (NODES.length - 1) * (300 / (GRACE_SECONDS - BEAT_SECONDS)), `${passes} passes`);
  const ready = (): string | undefined =>
    engine.cache
      .get(nodeKind, { namespace: '', name: 'e' })
      ?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  // It was last heard at second 354, of a clock that now shows 360.
  await run(engine, GRACE_SECONDS - 7, NODES.slice(0, 4), 360);
  t.is(ready(), 'True');
  await run(engine, 2, NODES.slice(0, 4), 360 + GRACE_SECONDS - 7);
  t.is(ready(), 'Unknown');
  await stop();
});
