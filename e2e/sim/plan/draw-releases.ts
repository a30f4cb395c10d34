// Draws releases of several Rollouts with all that a Rollout can have: plans of some that depend on each other, analyses,
// routes, an audience, a stable version that shrinks; and users that scale them in the middle and fix forward. A stream of
// its own, beside the one Rollout of before.
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { seededRandom, type Random } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { drawBehaviour } from './draw-behaviour.ts';
import { drawSteps, STEERINGS } from './draw-rollouts.ts';
import { between, chance, pick } from './draws.ts';
import { analysisOf } from './release-checks.ts';
import type { RolloutDraft, RolloutForm, UserAction } from './user-action.ts';

const RELEASES_CHANCE = 0.3;
const FORMS: readonly RolloutForm[] = ['canary', 'canary', 'canary', 'canary', 'counted', 'blue-green'];
const CHECKS = [['web'], ['web'], ['gantry'], ['web', 'gantry']] as const;
const ROUTES: readonly (readonly CanaryStep[])[] = [
  [
    { setHeaderRoute: { name: 'beta', match: [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }] } },
    { setHeaderRoute: { name: 'beta' } },
  ],
  [
    { setMirrorRoute: { name: 'copy', match: [{ method: { exact: 'GET' } }], percentage: 50 } },
    { setMirrorRoute: { name: 'copy' } },
  ],
];

/** Most are of one plan, and given new versions at one time. */
export function drawReleases(seed: number, chaosMs: number): UserAction[] {
  const random = seededRandom(hashText(`releases/${seed}`));
  if (!chance(random, RELEASES_CHANCE)) return [];
  const names = Array.from({ length: between(random, 1, 3) }, (_, at) => `release-${at}`);
  const releasedMs = between(random, Math.floor(chaosMs / 4), Math.floor(chaosMs / 2));
  return names.flatMap((name, at) => {
    const rollout = drawRelease(random, name, names.slice(0, at));
    const beginMs = between(random, 500, Math.floor(chaosMs / 4));
    return [
      { type: 'create-rollout' as const, atMs: beginMs, user: 'ann', rollout },
      { ...by(random, releasedMs, releasedMs + 1_000), type: 'release' as const, name, version: 2 },
      ...drawStory(random, rollout, beginMs, chaosMs),
    ];
  });
}

function by(random: Random, fromMs: number, toMs: number): { atMs: number; user: string } {
  return { atMs: between(random, fromMs, toMs), user: pick(random, ['ann', 'bob']) };
}

function drawStory(
  random: Random,
  { name, flagPrefix = '' }: RolloutDraft,
  beginMs: number,
  chaosMs: number,
): UserAction[] {
  const later = (): { atMs: number; user: string } => by(random, beginMs + 100, chaosMs - 200);
  const actions: UserAction[] = [];
  for (let count = between(random, 0, 2); count > 0; count -= 1)
    actions.push({ ...later(), type: 'release', name, version: count + 2 });
  for (let count = between(random, 0, 4); count > 0; count -= 1)
    actions.push({ ...later(), type: 'steer', name, how: pick(random, STEERINGS) });
  for (let count = between(random, 0, 2); count > 0; count -= 1)
    actions.push({ ...later(), type: 'scale-rollout', name, replicas: between(random, 0, 5) });
  for (let count = between(random, 0, 3); count > 0; count -= 1) {
    const flag = `${flagPrefix}${pick(random, ['go', 'go', 'stop', 'page'])}`;
    actions.push({ ...later(), type: 'flip-flag', name, flag, on: chance(random, 0.6) });
  }
  if (chance(random, 0.3)) actions.push({ ...later(), type: 'fix-forward', name, version: 9 });
  if (chance(random, 0.1)) actions.push({ ...later(), type: 'delete-rollout', name });
  return actions;
}

function drawRelease(random: Random, name: string, others: readonly string[]): RolloutDraft {
  const form = pick(random, FORMS);
  const flagPrefix = `${name}-`;
  const dependsOn = others.filter(() => chance(random, 0.6));
  const hasChecks = chance(random, 0.6);
  const steps = withFlags(drawSteps(random, form), flagPrefix);
  const all = withAnalyses(random, form === 'canary' ? withRoutes(random, steps) : steps, name, hasChecks);
  const isSplit = form === 'canary';
  return {
    ...{ name, form, version: 1, flagPrefix, steps: all },
    count: between(random, 1, 3),
    cpuMilli: 10,
    graceSeconds: pick(random, [1, 5]),
    behaviour: chance(random, 0.8) ? {} : drawBehaviour(random, 'Deployment'),
    delaySeconds: pick(random, [0, 1, 5, 20]),
    isAutomatic: chance(random, 0.6),
    hasKillSwitch: chance(random, 0.3),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    ...(isSplit && chance(random, 0.3) ? { maxPercent: between(random, 10, 90) } : {}),
    ...(isSplit && chance(random, 0.3) ? { hasAudience: true } : {}),
    ...(isSplit && chance(random, 0.3) ? { dynamicStableScale: true } : {}),
    ...(chance(random, 0.2) ? { isHeldOnFailure: true } : {}),
    ...(hasChecks ? { checks: pick(random, CHECKS) } : {}),
    ...(hasChecks && chance(random, 0.4)
      ? { analysedFrom: between(random, 0, Math.max(0, all.length - 1)) }
      : {}),
  };
}

/** Each Rollout has flags of its own. */
function withFlags(steps: readonly CanaryStep[], prefix: string): CanaryStep[] {
  return steps.map(({ gate, setFlag, ...step }) => ({
    ...step,
    ...(gate === undefined ? {} : { gate: { ...gate, flag: `${prefix}${gate.flag}` } }),
    ...(setFlag === undefined ? {} : { setFlag: { ...setFlag, flag: `${prefix}${setFlag.flag}` } }),
  }));
}

/** A route begins somewhere, and mostly ends somewhere behind; behind waits, so that two shares stand apart as before. */
function withRoutes(random: Random, steps: readonly CanaryStep[]): CanaryStep[] {
  if (!chance(random, 0.4)) return [...steps];
  const [begin, end] = pick(random, ROUTES);
  const from = 2 * between(random, 0, steps.length / 2);
  const to = 2 * between(random, from / 2, steps.length / 2);
  const isEnded = chance(random, 0.7);
  return [
    ...steps.slice(0, from),
    ...(begin === undefined ? [] : [begin]),
    ...steps.slice(from, to),
    ...(end === undefined || !isEnded ? [] : [end]),
    ...steps.slice(to),
  ];
}

function withAnalyses(
  random: Random,
  steps: readonly CanaryStep[],
  name: string,
  hasChecks: boolean,
): CanaryStep[] {
  if (!hasChecks || !chance(random, 0.7)) return [...steps];
  const at = between(random, 0, steps.length);
  return [...steps.slice(0, at), { analysis: analysisOf(name) }, ...steps.slice(at)];
}
