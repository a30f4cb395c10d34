import test from 'ava';
import { drawRollouts } from './draw-rollouts.ts';
import { drawReleases } from './draw-releases.ts';
import { withFirstFlags } from './draw-first-flags.ts';
import type { RolloutDraft, UserAction } from './user-action.ts';

function drawn(seed: number): UserAction[] {
  return [...drawRollouts(seed, 30_000), ...drawReleases(seed, 30_000)];
}

function rolloutsIn(actions: readonly UserAction[]): RolloutDraft[] {
  return actions.flatMap((action) => (action.type === 'create-rollout' ? [action.rollout] : []));
}

test('some updates begin with a flag that their steps turn anyway; nothing else changes', (t) => {
  let begun = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const before = rolloutsIn(drawn(seed));
    const after = rolloutsIn(withFirstFlags(seed, drawn(seed)));
    for (const [at, rollout] of before.entries()) {
      const [first, ...rest] = after[at]?.steps ?? [];
      if (after[at]?.steps.length === rollout.steps.length) {
        t.deepEqual(after[at], rollout);
        continue;
      }
      t.deepEqual({ ...after[at], steps: rest }, rollout);
      t.truthy(first?.setFlag);
      t.true(rollout.steps.some(({ setFlag }) => setFlag?.flag === first?.setFlag?.flag));
      begun += 1;
    }
  }
  t.true(begun > 5 && begun < 50, `${begun}`);
});

test('runs without such a Rollout stay what they are', (t) => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const before = drawn(seed);
    const isFlagged = rolloutsIn(before).some(({ steps }) =>
      steps.some(({ setFlag }) => setFlag !== undefined),
    );
    if (!isFlagged) t.deepEqual(withFirstFlags(seed, before), before);
  }
});
