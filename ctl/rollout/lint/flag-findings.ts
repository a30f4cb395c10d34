// What the FeatureFlags of the same files show to be wrong with the flags that a Rollout names. Pure.
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { RolloutSpec } from '@gantry/api/kinds/rollout';
import { shared, stepsOf } from '@gantry/api/rollout/settings';
import { finding, type Finding } from './finding.ts';

interface NamedFlag {
  path: string;
  flag: string;
  variant: string | undefined;
}

/** All findings. */
export function flagFindings(spec: RolloutSpec, featureFlags: readonly FeatureFlag[]): Finding[] {
  return namedFlags(spec).flatMap(({ path, flag, variant }) => {
    const found = featureFlags
      .map((object) => ownField(object.spec.flagSpec.flags, flag))
      .find((each) => each !== undefined);
    if (found === undefined)
      return [
        finding(
          'advice',
          `${path}.flag`,
          `there is no flag "${flag}" in these files`,
          'add it to them, or see that it is in the namespace',
        ),
      ];
    const variants = Object.keys(found.variants);
    if (variant === undefined || variants.includes(variant)) return [];
    const problem = `flag "${flag}" has no variant "${variant}", but ${variants.join(', ')}`;
    return [finding('error', `${path}.variant`, problem, 'name one of them')];
  });
}

function namedFlags(spec: RolloutSpec): NamedFlag[] {
  const at = spec.strategy.blueGreen === undefined ? 'spec.strategy.canary' : 'spec.strategy.blueGreen';
  const { killSwitch } = shared(spec);
  const steps = stepsOf(spec).flatMap(({ gate, setFlag }, index) => [
    { path: `${at}.steps[${index}].gate`, named: gate },
    { path: `${at}.steps[${index}].setFlag`, named: setFlag },
  ]);
  return [...steps, { path: `${at}.killSwitch`, named: killSwitch }].flatMap(({ path, named }) =>
    named === undefined ? [] : [{ path, flag: named.flag, variant: named.variant }],
  );
}
