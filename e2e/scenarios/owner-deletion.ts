// What becomes of dependents when their owner is deleted, in the three ways that a user may choose.
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { apply } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { goneUntil, podsIn, rolledOut, runningUntil, runsOf } from './sightings.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

const WAYS = ['Background', 'Foreground', 'Orphan'] as const;

/** After, before, or not at all. */
export const ownerDeletion: Scenario = {
  name: 'owner-deletion',
  sentence: 'Dependents of a deleted owner go after it, go before it, or stay without it, as the user says.',
  async run(t, world) {
    const names = WAYS.map((way) => way.toLowerCase());
    await apply(world, ...names.map((name) => deploymentOf(name, 1)));
    for (const name of names) await rolledOut(world, name, 1);
    const before = await runningUntil(world, WAYS.length);

    for (const propagationPolicy of WAYS) {
      const key = { namespace: world.namespace, name: propagationPolicy.toLowerCase() };
      await world.client.delete(deploymentKind, key, { propagationPolicy });
    }
    await goneUntil(world, deploymentKind, 'foreground');
    t.deepEqual(await dependentsOf(world, 'foreground'), [], 'they went first');
    await goneUntil(world, deploymentKind, 'background');
    await until(world, 'dependents gone', async () =>
      (await dependentsOf(world, 'background')).length === 0 ? true : undefined,
    );
    await goneUntil(world, deploymentKind, 'orphan');
    const orphaned = before.filter(({ pod }) => pod.startsWith('orphan'));
    t.deepEqual(runsOf(await runningUntil(world, 1)), runsOf(orphaned), 'it runs on');
    const { items } = await world.client.list(replicaSetKind, { namespace: world.namespace });
    t.deepEqual(
      items.map(({ metadata }) => metadata.ownerReferences ?? []),
      [[]],
    );
  },
};

async function dependentsOf(world: World, name: string): Promise<string[]> {
  const { items } = await world.client.list(replicaSetKind, {
    ...{ namespace: world.namespace, labelSelector: `app=${name}` },
  });
  const pods = await podsIn(world, `app=${name}`);
  return [...items, ...pods].map(({ kind, metadata }) => `${kind} ${metadata.name ?? ''}`);
}
