import test from 'ava';
import { planFor } from './draw-long-plan.ts';
import { drawPlan } from './draw-plan.ts';

const HOUR_MS = 3_600_000;

test('without a rate the plan is the usual one', (t) => {
  t.deepEqual(planFor(7, { nodes: 3 }), drawPlan(7, { nodes: 3 }));
});

test('faults and users come at the rate that was asked for, all along', (t) => {
  const sizes = { nodes: 20, chaosMs: 2 * HOUR_MS, faultEveryMs: 60_000 };
  const { faults, actions } = planFor(1, sizes);
  t.is(faults.length, 120);
  t.true(actions.length >= 240);
  for (let fromMs = 0; fromMs < 2 * HOUR_MS; fromMs += 600_000) {
    const isWithin = ({ atMs }: { atMs: number }): boolean => atMs >= fromMs && atMs < fromMs + 600_000;
    t.is(faults.filter(isWithin).length, 10);
    t.true(actions.filter(isWithin).length >= 15);
  }
  for (const { atMs } of [...faults, ...actions]) t.true(atMs > 0 && atMs < sizes.chaosMs);
  t.deepEqual(planFor(1, sizes).actions, actions);
});

test('users do as much as was asked for, and nothing to what was never made', (t) => {
  const sizes = { nodes: 20, chaosMs: 2 * HOUR_MS, faultEveryMs: 60_000, actionEveryMs: 60_000 };
  const { faults, actions } = planFor(1, sizes);
  t.deepEqual(faults, planFor(1, { ...sizes, actionEveryMs: 30_000 }).faults);
  // What the last episodes would tidy up comes after the end.
  t.true(actions.length > 105 && actions.length <= 120);
  const made = new Set<string>();
  for (const action of actions) {
    if (action.type === 'create') made.add(action.workload.name);
    else if (action.type === 'create-rollout') made.add(action.rollout.name);
    else if (action.type === 'create-service') made.add(action.name);
    else if ('name' in action) t.true(made.has(action.name), action.name);
  }
});

test('a cluster at rest has neither faults nor users', (t) => {
  const never = { faultEveryMs: 86_400_000, actionEveryMs: 86_400_000 };
  t.like(planFor(1, { nodes: 20, chaosMs: HOUR_MS, ...never }), { faults: [], actions: [] });
});

test('what users make goes again, and nodes are opened again', (t) => {
  const { actions } = planFor(2, { nodes: 20, chaosMs: HOUR_MS, faultEveryMs: 60_000 });
  const early = actions.filter(({ atMs }) => atMs < HOUR_MS / 2);
  for (const action of early) {
    if (action.type === 'create') {
      const { name } = action.workload;
      t.true(actions.some((other) => other.type === 'delete' && other.name === name));
    } else if (action.type === 'drain') {
      const isOpened = ({ type, atMs }: (typeof actions)[number]): boolean =>
        type === 'cordon' && atMs > action.atMs;
      t.true(actions.some((other) => isOpened(other) && 'on' in other && !other.on));
    }
  }
});
