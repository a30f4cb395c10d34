// Draws how the containers of a workload behave, as annotations that the hollow engine understands.
import type { Random } from '@gantry/kit/random';
import { between, chance, pick } from './draws.ts';
import type { Workload } from './user-action.ts';

type Behaviour = Workload['behaviour'];

/** A DaemonSet is replaced pod after pod: slower, and an update takes longer than a calm world is watched. */
const DAEMON_PULL_MS_MAX = 10_000;

/** Most containers are well behaved. Those of Jobs come to an end. */
export function drawBehaviour(random: Random, kind: Workload['kind']): Behaviour {
  return {
    ...(isJob(kind) ? drawEnd(random) : {}),
    ...(chance(random, 0.5) ? {} : drawTrouble(random, kind)),
  };
}

function isJob(kind: Workload['kind']): boolean {
  return kind === 'Job' || kind === 'CronJob';
}

function drawEnd(random: Random): Behaviour {
  return {
    ...wish('run-ms', pick(random, [200, 2_000, 8_000])),
    ...wish('exit-code', pick(random, [0, 0, 0, 0, 1])),
  };
}

function drawTrouble(random: Random, kind: Workload['kind']): Behaviour {
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
      return wish(
        'pull-ms',
        Math.min(between(random, 5_000, 20_000), kind === 'DaemonSet' ? DAEMON_PULL_MS_MAX : Infinity),
      );
    case 'deaf':
      return wish('term-ms', 'never');
    case 'slow-end':
      return wish('term-ms', between(random, 500, 4_000));
    case 'crashes':
      return isJob(kind) ? {} : { ...wish('crashes', between(random, 1, 2)), ...wish('run-ms', 1_000) };
    case 'late':
      return wish('ready-after-ms', between(random, 2_000, 10_000));
    default:
      return chance(random, 0.3) ? wish('pull-error', 'not-found') : {};
  }
}

function wish(key: string, value: string | number): Behaviour {
  return { [`hollow.gantry.dev/${key}`]: String(value) };
}
