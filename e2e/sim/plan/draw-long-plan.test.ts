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
