// A container whose process ends past the cluster's back.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { bringUp } from './bring-up.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, restartsOf, runsOf } from './sightings.ts';

/** It runs again, in the same pod. */
export const containerCrash: Scenario = {
  name: 'container-crash',
  sentence: 'A container that crashes is started again in its pod and counted once; no other is touched.',
  async run(t, world) {
    const [victim, other] = await bringUp(world, 2);
    if (victim === undefined || other === undefined) throw new Error('two containers run');
    const key = { namespace: world.namespace, name: victim.pod };
    const before = await world.client.get<Pod>(podKind, key);

    await world.crash(victim);
    const after = await objectUntil<Pod>(world, podKind, victim.pod, 'ready again', (pod) => {
      return restartsOf(pod) > 0 && pod.status?.containerStatuses?.[0]?.ready === true;
    });
    const [status] = after.status?.containerStatuses ?? [];
    t.is(status?.restartCount, 1);
    t.is(status?.lastState?.terminated?.exitCode, 137);
    t.is(after.metadata.uid, before.metadata.uid, 'the pod is the same');
    const runs = runsOf(await world.containers());
    t.is(runs.length, 2);
    t.true(runs.includes(runsOf([other])[0] ?? ''), 'the other one runs on');
    t.false(runs.includes(runsOf([victim])[0] ?? ''));
  },
};
