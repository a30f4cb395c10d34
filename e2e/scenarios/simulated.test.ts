// Every scenario in the simulation, under several seeds, in fair and in mild weather.
import test from 'ava';
import { allScenarios } from './all-scenarios.ts';
import { deploymentScales } from './deployment-scales.ts';
import { playSimulated, type Weather } from './play-simulated.ts';

/** `GANTRY_SCENARIO_SEEDS=3-40` plays these instead. */
const [from = 1, to = 1] = (process.env['GANTRY_SCENARIO_SEEDS'] ?? '1-1').split('-').map(Number);
const WEATHERS: readonly Weather[] = ['fair', 'mild'];

for (const scenario of allScenarios)
  test.serial(`${scenario.name}: ${scenario.sentence}`, async (t) => {
    for (let seed = from; seed <= to; seed += 1)
      for (const weather of WEATHERS) {
        t.log(`seed ${seed}, ${weather}`);
        await playSimulated(t, scenario, { seed, weather });
      }
  });

test.serial('the same seed is the same scenario, line by line', async (t) => {
  const [first, again, other] = [
    await playSimulated(t, deploymentScales, { seed: 1, weather: 'mild' }),
    await playSimulated(t, deploymentScales, { seed: 1, weather: 'mild' }),
    await playSimulated(t, deploymentScales, { seed: 2, weather: 'mild' }),
  ];
  t.is(again, first);
  t.not(other, first);
});
