// A file that comes from a ConfigMap, and follows it.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { isReady } from '../sim/invariants/object-reading.ts';
import { apply } from './doings.ts';
import { configMapOf, podOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, runningUntil, runsOf } from './sightings.ts';
import { until } from './until.ts';

/** The container sees the change without a restart. */
export const configMapFile: Scenario = {
  name: 'config-map-file',
  sentence: 'A change of a ConfigMap reaches the files of a pod that mounts it, without a restart.',
  async run(t, world) {
    await apply(
      world,
      configMapOf('settings', { colour: 'blue' }),
      podOf('reader', {
        container: { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] },
        spec: { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] },
      }),
    );
    await objectUntil<Pod>(world, podKind, 'reader', 'ready', isReady);
    const [container] = await runningUntil(world, 1);
    if (container === undefined) throw new Error('a container runs');
    t.is(await world.readFile(container, '/settings/colour'), 'blue');

    await apply(world, configMapOf('settings', { colour: 'red' }));
    await until(world, 'the file to follow', async () =>
      (await world.readFile(container, '/settings/colour')) === 'red' ? true : undefined,
    );
    t.deepEqual(runsOf(await world.containers()), runsOf([container]));
  },
};
