// Agents are started with the address of one replica, and go on with another one when that is gone: also after a restart.
import test from 'ava';
import { leaseKind } from '@gantry/api/kinds/lease';
import { podKind } from '@gantry/api/kinds/pod';
import { TestReplicas, type TestReplica } from './test-replicas.ts';
import { until } from './until.ts';

const LEASE = { namespace: 'kube-node-lease', name: 'n1' };

/** The node says that it is alive, and has not only said so before. */
async function beats({ client }: TestReplica): Promise<void> {
  const before = (await client.get(leaseKind, LEASE)).spec.renewTime;
  await until(
    'another heartbeat',
    async () => (await client.get(leaseKind, LEASE)).spec.renewTime !== before,
  );
}

async function runsPod({ client }: TestReplica, name: string): Promise<void> {
  await client.create(podKind, {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'app', imagePullPolicy: 'IfNotPresent' }] },
  });
  await until(`${name} runs`, async () => {
    const { status } = await client.get(podKind, { namespace: 'default', name });
    return status?.phase === 'Running';
  });
}

test('a node outlives the replica that its agent was started with', async (t) => {
  t.timeout(180_000);
  const replicas = new TestReplicas();
  t.teardown(() => replicas.close());
  const [a, b] = [await replicas.start(), await replicas.start()];
  const first = await replicas.node('n1', a);
  await until('it has joined', async () =>
    b.client.get(leaseKind, LEASE).then(
      () => true,
      () => false,
    ),
  );
  // Its tunnel to `b` says that it has heard of it.
  await until(
    'both have a tunnel',
    async () => (await b.text('/api/v1/nodes/n1/proxy/metrics')).code === 200,
  );
  await a.stop();
  await beats(b);
  await runsPod(b, 'one');

  await first.stop();
  await replicas.node('n1', a);
  await beats(b);
  await runsPod(b, 'two');
  t.pass();
});
