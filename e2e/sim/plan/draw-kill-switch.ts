// Draws what a kill switch is for: it is thrown while nobody leads, and nodes have only their own flags. A stream of its
// own, for runs in which somebody makes a canary that has one.
import { seededRandom } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { between, chance } from './draws.ts';
import type { RunPlan } from './run-plan.ts';
import type { UserAction } from './user-action.ts';

const NODES_CHANCE = 0.8;
const BACK_CHANCE = 0.4;
const AWAY_MAX_MS = 25_000;

/** @param actions what users do with Rollouts. */
export function drawKillSwitch(
  seed: number,
  actions: readonly UserAction[],
  chaosMs: number,
): Pick<RunPlan, 'faults' | 'actions' | 'flagsOnNodes'> {
  const random = seededRandom(hashText(`kill-switch/${seed}`));
  const armed = actions.flatMap((action) =>
    action.type === 'create-rollout' && action.rollout.hasKillSwitch && action.rollout.form === 'canary'
      ? [{ ...action.rollout, fromMs: action.atMs }]
      : [],
  );
  const [first] = armed;
  if (first === undefined || !chance(random, NODES_CHANCE)) return { faults: [], actions: [] };
  const atMs = between(random, first.fromMs, chaosMs - 4_000);
  const forMs = Math.min(chaosMs - atMs, between(random, 3_000, AWAY_MAX_MS));
  const flip = (afterMs: number, on: boolean): UserAction => ({
    ...{ type: 'flip-flag', name: first.name, flag: `${first.flagPrefix ?? ''}stop`, on, user: 'ann' },
    atMs: Math.min(chaosMs - 100, atMs + afterMs),
  });
  const thrownMs = between(random, 500, Math.floor(forMs / 3));
  return {
    flagsOnNodes: true,
    faults: [{ type: 'leader-away', atMs, forMs }],
    actions: [
      flip(thrownMs, true),
      ...(chance(random, BACK_CHANCE) ? [flip(thrownMs + between(random, 1_000, forMs), false)] : []),
    ],
  };
}
