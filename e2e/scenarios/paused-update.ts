// An update that its user holds, and lets go.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { bringUp } from './bring-up.ts';
import { apply, patchDeployment } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, rolledOut, runningUntil, runsOf } from './sightings.ts';

/** Long enough for what a controller would do at once. */
const LOOK_MS = 2_000;

/** Nothing moves until it is resumed. */
export const pausedUpdate: Scenario = {
  name: 'paused-update',
  sentence: 'A paused Deployment takes a new template without touching a pod, and rolls it out once resumed.',
  async run(t, world) {
    const before = runsOf(await bringUp(world, 2, { version: 1 }));

    await patchDeployment(world, 'web', { paused: true });
    await apply(world, deploymentOf('web', 2, { version: 2 }));
    await objectUntil<Deployment>(
      world,
      deploymentKind,
      'web',
      'observed',
      ({ metadata, status }) => status?.observedGeneration === metadata.generation,
    );
    await world.sleep(LOOK_MS);
    t.deepEqual(runsOf(await world.containers()), before);

    await patchDeployment(world, 'web', { paused: null });
    await rolledOut(world, 'web', 2);
    const after = runsOf(await runningUntil(world, 2));
    t.false(after.some((run) => before.includes(run)));
  },
};
