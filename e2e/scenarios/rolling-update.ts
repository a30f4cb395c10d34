// An update of a Deployment, watched state by state.
import type { Pod } from '@gantry/api/kinds/pod';
import { isActive, isReady } from '../sim/invariants/object-reading.ts';
import { imageOf } from './behaving-pod.ts';
import { apply } from './doings.ts';
import { followPods } from './follow-pods.ts';
import { deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { podsIn, rolledOut, runningUntil } from './sightings.ts';

const REPLICAS = 4;
const strategy = { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };

/** Neither too few nor too many at any instant. */
export const rollingUpdate: Scenario = {
  name: 'rolling-update',
  sentence:
    'A rolling update keeps maxUnavailable and maxSurge at every instant and leaves only the new template.',
  async run(t, world) {
    await apply(world, deploymentOf('web', REPLICAS, { version: 1, readiness: 'soon' }, { strategy }));
    await rolledOut(world, 'web', REPLICAS);
    const states: { ready: number; all: number }[] = [];
    const note = (pods: readonly Pod[]): void => void states.push(countsOf(pods));
    await followPods(world, note, async () => {
      await apply(world, deploymentOf('web', REPLICAS, { version: 2, readiness: 'soon' }, { strategy }));
      await rolledOut(world, 'web', REPLICAS);
      await runningUntil(world, REPLICAS);
    });

    t.true(states.length > REPLICAS, 'the update was seen');
    t.deepEqual(
      states.filter(({ ready, all }) => ready < REPLICAS - 1 || all > REPLICAS + 1),
      [],
    );
    const images = (await podsIn(world)).map(({ spec }) => spec.containers[0]?.image);
    t.deepEqual(
      images,
      Array.from({ length: REPLICAS }, () => imageOf(2)),
    );
  },
};

function countsOf(pods: readonly Pod[]): { ready: number; all: number } {
  const active = pods.filter(isActive);
  return { ready: active.filter(isReady).length, all: active.length };
}
