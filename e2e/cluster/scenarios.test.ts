// Every scenario on one real cluster, each in a namespace of its own: those that disturb one after the other, then all
// others side by side.
import test from 'ava';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { allScenarios } from '../scenarios/all-scenarios.ts';
import { play } from '../scenarios/play.ts';
import { realWorld } from './real-world.ts';
import { openStage, type Stage } from './stage.ts';

const NODES = ['n1', 'n2'];
let stage: Stage;

test.before(async () => {
  stage = await openStage({ agents: NODES });
});

test.after.always(async () => {
  await stage?.close();
});

for (const scenario of allScenarios) {
  const declare = scenario.isDisturbing === true ? test.serial : test;
  declare(`${scenario.name}: ${scenario.sentence}`, async (t) => {
    await play(t, scenario, realWorld(stage, scenario.name, NODES));
    // What it leaves would only slow the others down.
    await stage.client.delete(namespaceKind, { namespace: '', name: scenario.name }).catch(() => undefined);
  });
}
