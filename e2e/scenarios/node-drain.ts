// A node that is taken out of use, and put back.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { apply, cordon, drain, patchDeployment } from './doings.ts';
import { daemonSetOf, deploymentOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, podsIn, rolledOut, runningUntil } from './sightings.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Its pods move away; what fits nowhere says so and waits. */
export const nodeDrain: Scenario = {
  name: 'node-drain',
  sentence:
    'A drained node loses its pods to the others and keeps those of DaemonSets; with all nodes closed a new pod waits, says why, and runs once one is open.',
  isDisturbing: true,
  async run(t, world) {
    const [drained = '', ...others] = world.nodes;
    const everywhere = [...world.nodes].toSorted();
    await apply(world, daemonSetOf('each'), deploymentOf('web', 4));
    await rolledOut(world, 'web', 4);
    await runningUntil(world, 4 + world.nodes.length);
    t.deepEqual(await placesOf(world, 'web'), everywhere, 'spread over the nodes');

    await drain(world, drained);
    await until(world, `no pod of web on ${drained}`, async () =>
      (await placesOf(world, 'web')).includes(drained) ? undefined : true,
    );
    await rolledOut(world, 'web', 4);
    await runningUntil(world, 4 + world.nodes.length);
    t.deepEqual(await placesOf(world, 'web'), others.toSorted());
    t.deepEqual(await placesOf(world, 'each'), everywhere);

    for (const node of others) await cordon(world, node, true);
    await patchDeployment(world, 'web', { replicas: 5 });
    const waiting = await until(world, 'a pod that waits', async () =>
      (await podsIn(world, 'app=web')).find(({ spec }) => spec.nodeName === undefined),
    );
    const { name = '' } = waiting.metadata;
    await objectUntil<Pod>(world, podKind, name, 'which says why', (pod) => /unschedulable/.test(whyOf(pod)));
    for (const node of world.nodes) await cordon(world, node, false);
    await rolledOut(world, 'web', 5);
  },
};

async function placesOf(world: World, app: string): Promise<string[]> {
  const pods = await podsIn(world, `app=${app}`);
  return [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))].toSorted();
}

function whyOf({ status }: Pod): string {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? (scheduled.message ?? '') : '';
}
