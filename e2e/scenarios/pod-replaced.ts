// A pod that a user deletes from under its owner.
import { podKind } from '@gantry/api/kinds/pod';
import { bringUp } from './bring-up.ts';
import type { Scenario } from './scenario.ts';
import { goneUntil, rolledOut, runningUntil, runsOf } from './sightings.ts';

/** Another one comes. */
export const podReplaced: Scenario = {
  name: 'pod-replaced',
  sentence: 'A pod that is deleted ends on its engine and is replaced by another one.',
  async run(t, world) {
    const [deleted, kept] = await bringUp(world, 2);
    if (deleted === undefined || kept === undefined) throw new Error('two containers run');

    await world.client.delete(podKind, { namespace: world.namespace, name: deleted.pod });
    await goneUntil(world, podKind, deleted.pod);
    await rolledOut(world, 'web', 2);
    const after = await runningUntil(world, 2);
    t.false(after.some(({ pod }) => pod === deleted.pod));
    t.true(runsOf(after).includes(runsOf([kept])[0] ?? ''), 'the other one runs on');
  },
};
