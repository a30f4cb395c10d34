// Back to the template before.
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { imageOf } from './behaving-pod.ts';
import { apply, undoRollout } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { podsIn, rolledOut, runningUntil } from './sightings.ts';

/** The old ReplicaSet is used again. */
export const rolloutUndo: Scenario = {
  name: 'rollout-undo',
  sentence:
    'An update that is undone brings the former template back as a new revision, in its old ReplicaSet.',
  async run(t, world) {
    await apply(world, deploymentOf('web', 2, { version: 1 }));
    await rolledOut(world, 'web', 2);
    await apply(world, deploymentOf('web', 2, { version: 2 }));
    await rolledOut(world, 'web', 2);

    await undoRollout(world, 'web');
    const { metadata, spec } = await rolledOut(world, 'web', 2);
    await runningUntil(world, 2);
    t.is(spec.template.spec.containers[0]?.image, imageOf(1));
    t.is(metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
    const images = (await podsIn(world)).map((pod) => pod.spec.containers[0]?.image);
    t.deepEqual(images, [imageOf(1), imageOf(1)]);
    const { items } = await world.client.list(replicaSetKind, { namespace: world.namespace });
    t.deepEqual(items.map((one) => one.spec.replicas).toSorted(), [0, 2]);
  },
};
