// Draws updates that begin with a flag, before any share: the next version meets what the one before it has set. A stream of
// its own for each Rollout; those whose steps change no flag stay what they are.
import { seededRandom } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { chance } from './draws.ts';
import type { RolloutDraft, UserAction } from './user-action.ts';

const FIRST_CHANCE = 0.25;

/** @param actions what users do with Rollouts. */
export function withFirstFlags(seed: number, actions: readonly UserAction[]): UserAction[] {
  return actions.map((action) =>
    action.type === 'create-rollout' ? { ...action, rollout: withFirstFlag(seed, action.rollout) } : action,
  );
}

function withFirstFlag(seed: number, rollout: RolloutDraft): RolloutDraft {
  const flagged = rollout.steps.find(({ setFlag }) => setFlag !== undefined);
  const random = seededRandom(hashText(`first-flag/${seed}/${rollout.name}`));
  if (flagged === undefined || !chance(random, FIRST_CHANCE)) return rollout;
  return { ...rollout, steps: [flagged, ...rollout.steps] };
}
