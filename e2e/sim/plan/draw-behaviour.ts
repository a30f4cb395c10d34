// Draws how the containers of a workload behave, as annotations that the hollow engine understands.
import type { Random } from '@gantry/kit/random';
import { between, chance, pick } from './draws.ts';
import type { Workload } from './user-action.ts';

type Behaviour = Workload['behaviour'];

/** Most containers are well behaved. Those of Jobs come to an end. */
export function drawBehaviour(random: Random, kind: Workload['kind']): Behaviour {
  const isJob = kind === 'Job' || kind === 'CronJob';
  return {
    ...(isJob ? drawEnd(random) : {}),
    ...(chance(random, 0.5) ? {} : drawTrouble(random, isJob)),
  };
}

function drawEnd(random: Random): Behaviour {
  return {
    ...wish('run-ms', pick(random, [200, 2_000, 8_000])),
    ...wish('exit-code', pick(random, [0, 0, 0, 0, 1])),
  };
}

function drawTrouble(random: Random, isJob: boolean): Behaviour {
  const trouble = pick(random, [
    'slow-start',
    'slow-pull',
    'deaf',
    'slow-end',
    'crashes',
    'late',
    'flaps',
    'no-image',
  ]);
  switch (trouble) {
    case 'slow-start':
      return wish('start-ms', between(random, 1_000, 6_000));
    case 'slow-pull':
      return wish('pull-ms', between(random, 5_000, 20_000));
    case 'deaf':
      return wish('term-ms', 'never');
    case 'slow-end':
      return wish('term-ms', between(random, 500, 4_000));
    case 'crashes':
      return isJob ? {} : { ...wish('crashes', between(random, 1, 2)), ...wish('run-ms', 1_000) };
    case 'late':
      return wish('ready-after-ms', between(random, 2_000, 10_000));
    default:
      return chance(random, 0.3) ? wish('pull-error', 'not-found') : {};
  }
}

function wish(key: string, value: string | number): Behaviour {
  return { [`hollow.gantry.dev/${key}`]: String(value) };
}
