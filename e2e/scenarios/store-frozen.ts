// A store that answers nobody for a while.
import { bringUp } from './bring-up.ts';
import { apply, patchDeployment } from './doings.ts';
import { configMapOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { rolledOut, runningUntil, runsOf } from './sightings.ts';
import { until } from './until.ts';

/** Longer than the control plane waits for an answer. */
const FROZEN_MS = 8_000;

/** Containers run on, users are told, and all goes on afterwards. */
export const storeFrozen: Scenario = {
  name: 'store-frozen',
  sentence:
    'With the store away containers run on and a write is refused with the reason; then everything goes on.',
  isDisturbing: true,
  async run(t, world) {
    const before = runsOf(await bringUp(world, 2));

    const thawed = world.freezeStore(FROZEN_MS);
    const error = await t.throwsAsync(apply(world, configMapOf('settings', { colour: 'blue' })));
    t.regex(error.message, /etcd|store|time/i);
    t.deepEqual(runsOf(await world.containers()), before);
    await thawed;

    await until(world, 'writes to flow again', async () => {
      await apply(world, configMapOf('settings', { colour: 'red' }));
      return true;
    });
    await patchDeployment(world, 'web', { replicas: 3 });
    await rolledOut(world, 'web', 3);
    const after = runsOf(await runningUntil(world, 3));
    t.true(
      before.every((run) => after.includes(run)),
      'what ran runs on',
    );
  },
};
