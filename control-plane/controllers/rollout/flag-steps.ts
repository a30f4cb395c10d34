// Steps and switches that rest on feature flags of the namespace. What is not known is never guessed at: the update waits
// and says so. Pure.
import { CHANGE_REASON_ANNOTATION } from '@gantry/api/change-history';
import { evaluateFlag, type FlagEvaluation } from '@gantry/api/flags/evaluate-flag';
import { byAge } from '@gantry/api/flags/merge-flags';
import { settled, type Schedule, type Settled } from '@gantry/api/flags/schedules';
import { ownField } from '@gantry/api/json-value';
import { featureFlagKind, type FeatureFlag, type Flag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { FlagGate, CanaryStep } from '@gantry/api/kinds/rollout/steps';
import type { FlagBefore } from '@gantry/api/kinds/rollout/status';
import type { Action } from '../../engine/controller.ts';
import { aborted, because, type Decision } from './decision.ts';
import type { RolloutReason } from './reasons.ts';
import type { Scene } from './scene.ts';
import { shared } from '@gantry/api/rollout/settings';
import { isThrown } from '@gantry/api/traffic-split/split-in-force';

type SetFlag = NonNullable<CanaryStep['setFlag']>;

/** Whether a gate is open; else why not. */
export function gateReason(scene: Scene, { flag, variant, context }: FlagGate): RolloutReason | undefined {
  const found = evaluated(scene, flag, context);
  if (!found.ok) return { type: 'gate-unknown', flag, variant, problem: found.message };
  if (found.variant === variant) return undefined;
  const owner = ownerOf(scene.observed.featureFlags, flag);
  const variants = Object.keys(owner?.spec.flagSpec.flags[flag]?.variants ?? {});
  if (!variants.includes(variant))
    return {
      type: 'gate-unknown',
      flag,
      variant,
      problem: `it has no such variant, but ${variants.join(', ')}`,
    };
  return { type: 'gate-closed', flag, variant, found: found.variant ?? found.reason };
}

/** Aborts where the kill switch says so. */
export function withKillSwitch(scene: Scene, decision: Decision): Decision {
  const { killSwitch } = shared(scene.rollout.spec);
  if (killSwitch === undefined) return decision;
  const { flag, variant } = killSwitch;
  const found = evaluated(scene, flag);
  if (!found.ok) return because(decision, { type: 'kill-switch-unknown', flag, problem: found.message });
  if (!isThrown(found, variant) || decision.abort !== undefined) return decision;
  // It is read later too, when the switch may be back.
  return aborted(
    decision,
    `the kill switch ${flag} was ${found.variant ?? String(found.value)}`,
    scene.nowMs,
  );
}

/** The flag of a kill switch that would abort a retry at once. */
export function thrownSwitch(scene: Scene): string | undefined {
  const { killSwitch } = shared(scene.rollout.spec);
  if (killSwitch === undefined) return undefined;
  const found = evaluated(scene, killSwitch.flag);
  return found.ok && isThrown(found, killSwitch.variant) ? killSwitch.flag : undefined;
}

function evaluated(
  { observed, rollout, nowMs }: Scene,
  flag: string,
  context: Readonly<Record<string, string>> = {},
): FlagEvaluation {
  return evaluateFlag(
    observed.flags,
    flag,
    { targetingKey: rollout.metadata.name ?? '', ...context },
    { nowMs },
  );
}

/** What a change of a flag comes to: it is noted as it was first, then changed. */
export type FlagStep =
  | { type: 'done' }
  | { type: 'note'; before: FlagBefore }
  | { type: 'change'; action: Action }
  | { type: 'unknown'; problem: string };

/** The next thing to do for a flag that is to be changed. */
export function flagStep({ observed, rollout, nowMs }: Scene, decision: Decision, asked: SetFlag): FlagStep {
  const owner = ownerOf(observed.featureFlags, asked.flag);
  const flag = owner?.spec.flagSpec.flags[asked.flag];
  if (owner === undefined || flag === undefined)
    return { type: 'unknown', problem: 'there is no such flag in the namespace' };
  if (asked.variant !== undefined && !(asked.variant in flag.variants))
    return {
      type: 'unknown',
      problem: `it has no variant ${asked.variant}, but ${Object.keys(flag.variants).join(', ')}`,
    };
  const { now, past, ahead } = settled(flag, ownField(owner.spec.rules ?? {}, asked.flag), nowMs);
  const wanted = {
    ...now,
    ...(asked.variant === undefined ? {} : { defaultVariant: asked.variant }),
    ...(asked.state === undefined ? {} : { state: asked.state }),
  };
  if (wanted.defaultVariant === now.defaultVariant && wanted.state === now.state) return { type: 'done' };
  if (!decision.flagsBefore.some(({ flag: key }) => key === asked.flag))
    return { type: 'note', before: noted(owner, asked.flag, now) };
  const changed = withFlag(owner, asked.flag, { ...flag, ...wanted });
  // What is past on its schedule would outweigh what is written.
  const counting = past.length === 0 ? changed : withSchedule(changed, asked.flag, ahead);
  return { type: 'change', action: updated(counting, `${titleOf(rollout)}, step ${decision.stepIndex + 1}`) };
}

/**
 * Gives flags back what they were before steps changed them, all of an object in one change; those that are gone, or are so
 * already, are forgotten.
 */
export function withFlagsRestored(scene: Scene, decision: Decision): Decision {
  const left: FlagBefore[] = [];
  const owners = new Map<string, FeatureFlag>();
  for (const before of decision.flagsBefore) {
    const owner =
      owners.get(before.object) ??
      scene.observed.featureFlags.find(({ metadata }) => metadata.name === before.object);
    const flag = owner?.spec.flagSpec.flags[before.flag];
    if (owner === undefined || flag === undefined) continue;
    const { defaultVariant: _, ...rest } = flag;
    const wanted: Flag = {
      ...rest,
      state: before.state === 'DISABLED' ? 'DISABLED' : 'ENABLED',
      ...(before.variant === undefined ? {} : { defaultVariant: before.variant }),
    };
    if (wanted.defaultVariant === flag.defaultVariant && wanted.state === flag.state) continue;
    left.push(before);
    owners.set(before.object, withFlag(owner, before.flag, wanted));
  }
  const why = `${titleOf(scene.rollout)} gives back what its steps changed`;
  const actions = [...owners.values()].map((owner) => updated(owner, why));
  return { ...decision, flagsBefore: left, actions: [...decision.actions, ...actions] };
}

function ownerOf(objects: readonly FeatureFlag[], key: string): FeatureFlag | undefined {
  return objects.toSorted(byAge).find(({ spec }) => key in spec.flagSpec.flags);
}

function noted(
  { metadata }: FeatureFlag,
  key: string,
  { defaultVariant, state }: Settled['now'],
): FlagBefore {
  return {
    object: metadata.name ?? '',
    flag: key,
    ...(defaultVariant === undefined ? {} : { variant: defaultVariant }),
    state,
  };
}

function withFlag(owner: FeatureFlag, key: string, flag: Flag): FeatureFlag {
  const { flagSpec } = owner.spec;
  return {
    ...owner,
    spec: { ...owner.spec, flagSpec: { ...flagSpec, flags: { ...flagSpec.flags, [key]: flag } } },
  };
}

function withSchedule({ spec, ...owner }: FeatureFlag, key: string, ahead: Schedule): FeatureFlag {
  const { schedule: _, ...others } = ownField(spec.rules ?? {}, key) ?? {};
  const own = ahead.length === 0 ? others : { ...others, schedule: [...ahead] };
  return { ...owner, spec: { ...spec, rules: { ...spec.rules, [key]: own } } };
}

const titleOf = ({ metadata }: Rollout): string => `Rollout ${metadata.name ?? ''}`;

/** @param why for the history of the flags. */
function updated(object: FeatureFlag, why: string): Action {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [CHANGE_REASON_ANNOTATION]: why };
  return {
    type: 'update',
    definition: featureFlagKind,
    object: { ...object, metadata: { ...metadata, annotations } },
  };
}
