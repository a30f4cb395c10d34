import test from 'ava';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPlan } from '../plan/draw-plan.ts';
import { MUTANTS } from './all-mutants.ts';
import { mutate } from './mutant.ts';

const ROOT = process.cwd();

for (const mutant of MUTANTS) {
  test(`${mutant.name} still fits its source`, (t) => {
    const source = readFileSync(join(ROOT, mutant.file), 'utf8');
    t.not(mutate(mutant, source), source);
  });
}

test('there are at least twenty, each with a name of its own', (t) => {
  t.true(MUTANTS.length >= 20);
  t.is(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

test('what a fault needs is in some of the first seeds, and not in all', (t) => {
  const plans = Array.from({ length: 100 }, (_, at) => drawPlan(at + 1));
  for (const { name, needs } of MUTANTS) {
    const count = needs === undefined ? 1 : plans.filter(needs).length;
    t.true(count > 0 && count < plans.length, name);
  }
});

test('a text that is not there exactly once is refused', (t) => {
  const mutant = { name: 'm', file: 'f.ts', find: 'a', replace: 'b', what: 'W.' };
  t.is(mutate(mutant, 'x a y'), 'x b y');
  t.throws(() => mutate(mutant, 'a a'), { message: /^m: its text stands 2 times in f.ts/ });
  t.throws(() => mutate(mutant, 'x'), { message: /0 times/ });
});
