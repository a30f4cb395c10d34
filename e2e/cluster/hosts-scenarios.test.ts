// Scenarios in which it matters where pods are, on a cluster whose nodes are hosts of their own: those that disturb one after
// the other, then all others side by side.
import test from 'ava';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { agentRestart } from '../scenarios/agent-restart.ts';
import { configMapFile } from '../scenarios/config-map-file.ts';
import { containerCrash } from '../scenarios/container-crash.ts';
import { controlPlaneRestart } from '../scenarios/control-plane-restart.ts';
import { deploymentScales } from '../scenarios/deployment-scales.ts';
import { nodeDrain } from '../scenarios/node-drain.ts';
import { play } from '../scenarios/play.ts';
import { podReplaced } from '../scenarios/pod-replaced.ts';
import { rollingUpdate } from '../scenarios/rolling-update.ts';
import { startHostsWorld, type HostsWorld } from './hosts-world.ts';
import { realWorld } from './real-world.ts';
import { Stage } from './stage.ts';

const NODES = ['n1', 'n2', 'n3'];
const SCENARIOS = [
  nodeDrain,
  agentRestart,
  controlPlaneRestart,
  deploymentScales,
  rollingUpdate,
  containerCrash,
  podReplaced,
  configMapFile,
];
let made: HostsWorld;
let stage: Stage;

test.before(async () => {
  made = await startHostsWorld(NODES.length);
  stage = new Stage(made.world, new Map(made.hosts.map(({ docker }, index) => [NODES[index] ?? '', docker])));
});

test.after.always(async () => {
  await made?.stop();
});

for (const scenario of SCENARIOS) {
  const declare = scenario.isDisturbing === true ? test.serial : test;
  declare(`${scenario.name}: ${scenario.sentence}`, async (t) => {
    await play(t, scenario, realWorld(stage, scenario.name, NODES));
    // What it leaves would only slow the others down.
    await stage.client.delete(namespaceKind, { namespace: '', name: scenario.name }).catch(() => undefined);
  });
}
