// A namespace with all that is in it.
import { configMapKind } from '@gantry/api/kinds/config-map';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { jobKind } from '@gantry/api/kinds/job';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { isNotFound } from '@gantry/api/status-error';
import { apply } from './doings.ts';
import { configMapOf, deploymentOf, jobOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { podsIn, rolledOut, runningUntil } from './sightings.ts';
import { until } from './until.ts';

/** It goes last. */
export const namespaceDeletion: Scenario = {
  name: 'namespace-deletion',
  sentence:
    'A namespace that is deleted takes all that is in it along and is gone only when the engines are done.',
  async run(t, world) {
    const { client, namespace } = world;
    await apply(
      world,
      configMapOf('settings', { colour: 'blue' }),
      deploymentOf('web', 2),
      jobOf('endless', {}),
    );
    await rolledOut(world, 'web', 2);
    await runningUntil(world, 3);

    await client.delete(namespaceKind, { namespace: '', name: namespace });
    await until(world, 'the namespace gone', () =>
      client.get(namespaceKind, { namespace: '', name: namespace }).then(
        () => undefined,
        (error: unknown) => (isNotFound(error) ? true : undefined),
      ),
    );
    t.deepEqual(await world.containers(), []);
    t.deepEqual(await podsIn(world), []);
    for (const definition of [configMapKind, deploymentKind, jobKind])
      t.deepEqual((await client.list(definition, { namespace })).items, []);
  },
};
