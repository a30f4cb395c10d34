// Who kills a flag that Rollouts take as their kill switch turns that switch off: a flag that is killed is what it is while it is off,
// and seldom what throws the switch.
import { evaluateFlag } from '@gantry/api/flags/evaluate-flag';
import { flagsOf } from '@gantry/api/flags/merge-flags';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { shared } from '@gantry/api/rollout/settings';
import { isThrown } from '@gantry/api/traffic-split/split-in-force';
import { firstFew } from '@gantry/kit/first-few';

const NAMES_MAX = 3;

/** @param object with the flag as it is now. @returns undefined where no switch is turned off. */
export function switchesTurnedOff(
  object: FeatureFlag,
  key: string,
  rollouts: readonly Rollout[],
  nowMs: number,
): string | undefined {
  const flags = flagsOf(object);
  const off = rollouts.filter(({ metadata, spec }) => {
    const { killSwitch } = shared(spec);
    if (killSwitch?.flag !== key) return false;
    const found = evaluateFlag(flags, key, { targetingKey: metadata.name ?? '' }, { nowMs });
    return !isThrown(found, killSwitch.variant);
  });
  const [first] = off;
  if (first === undefined) return undefined;
  const names = off.map(({ metadata }) => metadata.name);
  const whose = firstFew(names, NAMES_MAX);
  const { name = '' } = object.metadata;
  const variant = shared(first.spec).killSwitch?.variant ?? throwing(object, key);
  const remedy =
    variant === undefined ? '' : ` gantry flag kill ${name} ${key} --variant ${variant} throws it.`;
  return `It is the kill switch of ${off.length === 1 ? 'Rollout' : 'Rollouts'} ${whose}, which is off now.${remedy}`;
}

/** The variant that throws a switch for which none is named. */
function throwing({ spec }: FeatureFlag, key: string): string | undefined {
  const { variants = {} } = spec.flagSpec.flags[key] ?? {};
  return Object.keys(variants).find((variant) => variants[variant] === true);
}
