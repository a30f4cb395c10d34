import test from 'ava';
import { drawPlan } from '../plan/draw-plan.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { shrink } from './shrink.ts';

/** A plan with enough in it to be taken away. */
function richPlan(): RunPlan {
  for (let seed = 1; ; seed += 1) {
    const plan = drawPlan(seed);
    if (plan.faults.length >= 8 && plan.actions.length >= 6 && plan.nodes.length > 2) return plan;
  }
}

test('what the failure does not need is taken away', async (t) => {
  const plan = richPlan();
  const [fault, action] = [plan.faults[5], plan.actions[3]];
  const needed = (smaller: RunPlan): Promise<boolean> =>
    Promise.resolve(
      smaller.faults.some((one) => one === fault) && smaller.actions.some((one) => one === action),
    );
  const { plan: smallest, runs } = await shrink(plan, needed);
  t.deepEqual(smallest.faults, [fault]);
  t.deepEqual(smallest.actions, [action]);
  t.is(smallest.nodes.length, 1);
  t.is(smallest.quality.lossRate, 0);
  t.true(runs <= 200);
});

test('a plan in which everything is needed stays, after a bounded number of runs', async (t) => {
  const plan = richPlan();
  let runs = 0;
  const { plan: smallest } = await shrink(plan, () => {
    runs += 1;
    return Promise.resolve(false);
  });
  t.deepEqual(smallest, plan);
  t.true(runs <= 200);
});
