// Plays a scenario in a world: makes its namespace, waits until the nodes are ready, and lets it run.
import type { ExecutionContext } from 'ava';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { Scenario } from './scenario.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Resolves when the scenario has ended well. @throws what it could not wait for. */
export async function play(t: ExecutionContext, scenario: Scenario, world: World): Promise<void> {
  const { client, namespace, nodes } = world;
  await until(world, 'the namespace', () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: {} };
    const options = { fieldManager: 'scenario' };
    return client.patch(namespaceKind, { namespace: '', name: namespace }, 'apply', object, options);
  });
  await until(world, 'all nodes ready', async () => {
    const { items } = await client.list<Node>(nodeKind);
    return items.filter(isReady).length === nodes.length ? true : undefined;
  });
  await scenario.run(t, world);
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}
