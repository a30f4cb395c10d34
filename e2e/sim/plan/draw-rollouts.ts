// Draws what users do with Rollouts: they make one with its Services and flags, apply new versions while others are under
// way, steer the update, flip flags and perhaps take it away. A stream of its own, so that all else goes as it went.
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { askedAt } from '@gantry/api/rollout/asked';
import { seededRandom, type Random } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { drawBehaviour } from './draw-behaviour.ts';
import { between, chance, pick } from './draws.ts';
import type { RolloutDraft, RolloutForm, Steering, UserAction } from './user-action.ts';

const ROLLOUTS_CHANCE = 0.4;
const DELETION_CHANCE = 0.15;
const EXPERIMENT_CHANCE = 0.4;
/** Its pods go as soon as they may. */
const HASTY_CHANCE = 0.6;
/** A version comes that has only the calm to get through its steps, undisturbed. */
const LATE_CHANCE = 0.8;
const LATE_VERSION = 7;
const LATE_MS = 1_000;
const STEPS_MAX = 4;
const FORMS: readonly RolloutForm[] = ['canary', 'canary', 'canary', 'counted', 'blue-green', 'switch'];
export const STEERINGS: readonly Steering[] = [
  ...(['abort', 'abort', 'retry', 'promote', 'promote', 'promote'] as const),
  ...(['promote-full', 'undo', 'undo', 'pause', 'resume'] as const),
];

/** One Rollout at most: what matters is what becomes of its updates. */
export function drawRollouts(seed: number, chaosMs: number): UserAction[] {
  const random = seededRandom(hashText(`rollouts/${seed}`));
  if (!chance(random, ROLLOUTS_CHANCE)) return [];
  const experiments = seededRandom(hashText(`experiments/${seed}`));
  const rollout = withExperiment(drawRollout(random), experiments);
  const { name } = rollout;
  const beginMs = between(random, 500, Math.floor(chaosMs / 3));
  const at = (): { atMs: number; user: string } => ({
    atMs: between(random, beginMs + 100, chaosMs - 200),
    user: pick(random, ['ann', 'bob']),
  });
  const actions: UserAction[] = [{ type: 'create-rollout', atMs: beginMs, user: 'ann', rollout }];
  for (let count = between(random, 1, 4); count > 0; count -= 1)
    actions.push({ ...at(), type: 'release', name, version: count + 1 });
  for (let count = between(random, 0, 5); count > 0; count -= 1)
    actions.push({ ...at(), type: 'steer', name, how: pick(random, STEERINGS) });
  for (let count = between(random, 0, 3); count > 0; count -= 1) {
    const flag = pick(random, ['go', 'go', 'stop', 'page']);
    actions.push({ ...at(), type: 'flip-flag', name, flag, on: chance(random, 0.6) });
  }
  if (chance(random, DELETION_CHANCE)) actions.push({ ...at(), type: 'delete-rollout', name });
  if (rollout.steps.some(({ experiment }) => experiment !== undefined) && chance(experiments, LATE_CHANCE))
    actions.push({ type: 'release', atMs: chaosMs - LATE_MS, user: 'bob', name, version: LATE_VERSION });
  return actions;
}

function drawRollout(random: Random): RolloutDraft {
  const form = pick(random, FORMS);
  return {
    ...{ name: 'rollout-0', form, version: 1 },
    count: between(random, 1, 4),
    cpuMilli: pick(random, [10, 100]),
    graceSeconds: pick(random, [1, 5]),
    behaviour: chance(random, 0.7) ? {} : drawBehaviour(random, 'Deployment'),
    steps: drawSteps(random, form),
    ...(form === 'canary' && chance(random, 0.4) ? { maxPercent: between(random, 10, 90) } : {}),
    delaySeconds: pick(random, [0, 1, 5, 20]),
    isAutomatic: chance(random, 0.6),
    hasKillSwitch: chance(random, 0.3),
  };
}

/** A stream of its own as well: the Rollouts of seeds that are kept stay what they were, but for this step. */
function withExperiment(rollout: RolloutDraft, random: Random): RolloutDraft {
  const isCanary = rollout.form === 'canary' || rollout.form === 'counted';
  if (!isCanary || !chance(random, EXPERIMENT_CHANCE)) return rollout;
  // Behind a wait: two shares stand apart as before.
  const at = 2 * between(random, 0, rollout.steps.length / 2);
  const room = Math.floor((100 - askedAt(rollout.steps, at - 1).weight) / 2);
  const share = (): { weight?: number } =>
    rollout.form === 'counted' ? {} : { weight: Math.min(room, between(random, 0, 40)) };
  const experiment = {
    duration: `${between(random, 0, 6)}s`,
    templates: [
      { name: 'baseline', specRef: 'stable' as const, replicas: 1, ...share() },
      { name: 'canary', specRef: 'canary' as const, replicas: between(random, 1, 2), ...share() },
    ],
  };
  const steps = [...rollout.steps.slice(0, at), { experiment }, ...rollout.steps.slice(at)];
  return { ...rollout, steps, ...(chance(random, HASTY_CHANCE) ? { delaySeconds: 0 } : {}) };
}

/** Admission refuses a share that the step before has set: each pause or gate stands between two. */
export function drawSteps(random: Random, form: RolloutForm): CanaryStep[] {
  return Array.from({ length: between(random, 0, STEPS_MAX) }, () => [
    { setWeight: between(random, 0, 100) },
    drawWait(random, form),
  ]).flat();
}

function drawWait(random: Random, form: RolloutForm): CanaryStep {
  const type = pick(random, ['time', 'time', 'people', 'gate', 'flag', 'scale'] as const);
  switch (type) {
    case 'people':
      return { pause: {} };
    case 'gate':
      return { gate: { flag: 'go', variant: 'on' } };
    case 'flag':
      return { setFlag: { flag: 'page', variant: 'on' } };
    case 'scale':
      if (form === 'canary') return { setCanaryScale: { replicas: between(random, 1, 3) } };
      return { pause: { duration: '1s' } };
    case 'time':
      return { pause: { duration: `${between(random, 1, 8)}s` } };
  }
}
