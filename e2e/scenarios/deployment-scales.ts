// A Deployment from its first apply over scaling to its end.
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { apply, patchDeployment } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { goneUntil, rolledOut, runningUntil, runsOf } from './sightings.ts';

/** Up, applied again, more, fewer, gone. */
export const deploymentScales: Scenario = {
  name: 'deployment-scales',
  sentence: 'A Deployment comes up, is scaled up and down, and leaves nothing behind when it is deleted.',
  async run(t, world) {
    await apply(world, deploymentOf('web', 2));
    const { metadata } = await rolledOut(world, 'web', 2);
    const first = runsOf(await runningUntil(world, 2));
    await apply(world, deploymentOf('web', 2));
    t.is((await rolledOut(world, 'web', 2)).metadata.generation, metadata.generation, 'applied, not changed');

    await patchDeployment(world, 'web', { replicas: 4 });
    await rolledOut(world, 'web', 4);
    const more = runsOf(await runningUntil(world, 4));
    t.true(
      first.every((run) => more.includes(run)),
      'what ran runs on',
    );

    await patchDeployment(world, 'web', { replicas: 1 });
    await rolledOut(world, 'web', 1);
    t.true(
      runsOf(await runningUntil(world, 1)).every((run) => more.includes(run)),
      'nothing is made to scale down',
    );

    await world.client.delete(deploymentKind, { namespace: world.namespace, name: 'web' });
    await goneUntil(world, deploymentKind, 'web');
    await runningUntil(world, 0);
  },
};
