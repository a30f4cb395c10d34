import test from 'ava';
import { readSeeds, readSimArguments } from './sim-arguments.ts';

test('a range of seeds, or one', (t) => {
  t.deepEqual(readSimArguments(['--seeds', '3', '--from', '7'], 2).seeds, [7, 8, 9]);
  t.like(readSimArguments(['--seed', '5', '--steps', '10'], 2), { seeds: [5], isReplay: true, stepsMax: 10 });
  const rates = ['--fault-every-ms', '60000', '--action-every-ms', '30000'];
  t.like(readSimArguments(rates, 2), { faultEveryMs: 60_000, actionEveryMs: 30_000 });
  t.like(readSimArguments([], 2), { threads: 2, isReplay: false });
});

for (const [argv, says] of [
  [['--seeds', '0'], /^SEEDS is "0": give a whole number from 1 to 10000000$/],
  [['--seeds', 'many'], /^SEEDS is "many"/],
  [['--seed', '1.5'], /^SEED is "1.5"/],
  [['--from', '-1'], /FROM|argument/],
  [['--threads', '1000'], /^threads is "1000"/],
  [['--sed', '1'], /Unknown option '--sed'/],
] as const) {
  test(`refused: ${argv.join(' ')}`, (t) => {
    t.throws(() => readSimArguments(argv, 2), { message: says });
  });
}

test('a file of seeds', (t) => {
  t.deepEqual(readSeeds('# found\n3 an end was taken back\n\n17\nx 5\n'), [3, 17]);
});
