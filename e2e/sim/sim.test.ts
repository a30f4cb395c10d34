import test from 'ava';
import { drawPlan } from './plan/draw-plan.ts';
import { allInvariants } from './run/all-invariants.ts';
import { runPlan, type RunResult } from './run/run-plan.ts';

async function transcriptOf(seed: number): Promise<{ result: RunResult; lines: string[] }> {
  const lines: string[] = [];
  const options = { invariants: allInvariants, onLine: (line: string) => void lines.push(line) };
  return { result: await runPlan(drawPlan(seed), options), lines };
}

test('the same seed is the same run, line by line; another seed is another', async (t) => {
  const first = await transcriptOf(11);
  const again = await transcriptOf(11);
  t.is(first.result.failure, undefined);
  t.true(first.lines.length > 20);
  t.deepEqual(again.lines, first.lines);
  t.is(again.result.digest, first.result.digest);
  t.is(again.result.steps, first.result.steps);
  t.not((await transcriptOf(12)).result.digest, first.result.digest);
});

test('a plan is drawn from its seed alone, and everything in it happens before the calm', (t) => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const plan = drawPlan(seed);
    t.deepEqual(drawPlan(seed), plan);
    for (const { atMs } of [...plan.faults, ...plan.actions]) t.true(atMs > 0 && atMs < plan.chaosMs);
  }
});

test('a run that does not get forward is ended, and says so', async (t) => {
  const { failure } = await runPlan(drawPlan(1), { invariants: allInvariants, stepsMax: 100 });
  t.is(failure?.invariant, 'gets-forward');
  t.true((failure?.lines.length ?? 0) > 0);
});

test('an error that nobody caught is a failure', async (t) => {
  const broken = { name: 'broken', sentence: 'Never.', check: () => 'seen' };
  const { failure } = await runPlan(drawPlan(1), { invariants: () => [broken], lines: 3 });
  t.like(failure, { invariant: 'broken', sentence: 'Never.', seen: 'seen' });
});
