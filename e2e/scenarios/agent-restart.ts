// An agent that dies, and what its node runs.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { isReady } from '../sim/invariants/object-reading.ts';
import { bringUp } from './bring-up.ts';
import { apply, patchDeployment } from './doings.ts';
import { podOf } from './manifests.ts';
import type { Scenario } from './scenario.ts';
import { objectUntil, podsIn, restartsOf, rolledOut, runningUntil, runsOf } from './sightings.ts';

/** Shorter than what makes a node count as lost. */
const AWAY_MS = 3_000;

/** Containers go on; what changed meanwhile is done. */
export const agentRestart: Scenario = {
  name: 'agent-restart',
  sentence:
    'Containers run on untouched while their agent is dead; started again it adopts them and does what changed meanwhile.',
  isDisturbing: true,
  async run(t, world) {
    const [node = ''] = world.nodes;
    const before = await bringUp(world, 4);
    t.true(before.some((one) => one.node === node));

    await world.killAgent(node);
    await apply(world, podOf('late', { spec: { nodeName: node } }));
    await patchDeployment(world, 'web', { replicas: 2 });
    await world.sleep(AWAY_MS);
    const here = before.filter((one) => one.node === node);
    const meanwhile = runsOf(await world.containers());
    t.true(
      runsOf(here).every((run) => meanwhile.includes(run)),
      'nothing ends with the agent',
    );

    await world.startAgent(node);
    await rolledOut(world, 'web', 2);
    await objectUntil<Pod>(world, podKind, 'late', 'ready', isReady);
    const after = (await runningUntil(world, 3)).filter(({ pod }) => pod !== 'late');
    t.true(
      runsOf(after).every((run) => runsOf(before).includes(run)),
      'adopted, not started anew',
    );
    t.deepEqual((await podsIn(world)).map(restartsOf), [0, 0, 0]);
  },
};
