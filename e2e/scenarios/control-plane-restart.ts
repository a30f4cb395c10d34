// A control plane that dies in the middle of an update.
import { imageOf } from './behaving-pod.ts';
import { apply } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { podsIn, restartsOf, rolledOut, runningUntil } from './sightings.ts';
import { until } from './until.ts';

const REPLICAS = 4;
/** Longer than requests under way take to fail. */
const AWAY_MS = 1_000;

/** The update goes on where it was. */
export const controlPlaneRestart: Scenario = {
  name: 'control-plane-restart',
  sentence:
    'An update whose control plane dies on the way completes after its return; no container is doubled or restarted.',
  isDisturbing: true,
  async run(t, world) {
    await apply(world, deploymentOf('web', REPLICAS, { version: 1 }));
    await rolledOut(world, 'web', REPLICAS);
    await apply(world, deploymentOf('web', REPLICAS, { version: 2 }));
    await until(world, 'the update under way', async () => {
      const images = (await podsIn(world)).map(({ spec }) => spec.containers[0]?.image);
      return images.includes(imageOf(2)) ? true : undefined;
    });

    await world.killControlPlane();
    await world.sleep(AWAY_MS);
    t.true((await world.containers()).some((one) => one.running));
    await world.startControlPlane();

    await rolledOut(world, 'web', REPLICAS);
    const containers = await runningUntil(world, REPLICAS);
    t.is(new Set(containers.map(({ pod }) => pod)).size, REPLICAS, 'one container a pod');
    const pods = await podsIn(world);
    t.deepEqual(
      pods.map((pod) => `${pod.spec.containers[0]?.image ?? ''} ${restartsOf(pod)}`),
      Array.from({ length: REPLICAS }, () => `${imageOf(2)} 0`),
    );
  },
};
