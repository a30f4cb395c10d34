// The flags that a rollout has to do with: what they do to it, and how they stand. Pure.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { exposureOf, shared, stepsOf } from '@gantry/api/rollout/settings';

/** One flag. */
export interface RolloutFlag {
  key: string;
  /** What it does: `step 3 waits until it is "on"`. */
  role: string;
  /** The FeatureFlag that has it; undefined when none has. */
  object: string | undefined;
  /** `ENABLED, default variant "off"`, or that it is not there. */
  standing: string;
}

/** In the order in which they matter. */
export function rolloutFlags({ spec }: Rollout, objects: readonly FeatureFlag[]): RolloutFlag[] {
  const roles: { key: string; role: string }[] = [];
  stepsOf(spec).forEach(({ gate, setFlag }, at) => {
    if (gate !== undefined)
      roles.push({ key: gate.flag, role: `step ${at + 1} waits until it is "${gate.variant}"` });
    if (setFlag !== undefined) {
      const to = [setFlag.variant, setFlag.state].filter((text) => text !== undefined).join(', ');
      roles.push({ key: setFlag.flag, role: `step ${at + 1} sets it to ${to}` });
    }
  });
  const { killSwitch } = shared(spec);
  if (killSwitch !== undefined)
    roles.push({ key: killSwitch.flag, role: 'takes all traffic back at once, from any step' });
  const exposure = exposureOf(spec);
  if (exposure !== undefined && 'flag' in exposure && typeof exposure.flag === 'string')
    roles.push({ key: exposure.flag, role: 'decides who may reach the new version' });
  return roles.map(({ key, role }) => ({ key, role, ...standingOf(key, objects) }));
}

function standingOf(key: string, objects: readonly FeatureFlag[]): Pick<RolloutFlag, 'object' | 'standing'> {
  const object = objects.find(({ spec }) => Object.hasOwn(spec.flagSpec.flags, key));
  const flag = object?.spec.flagSpec.flags[key];
  if (object === undefined || flag === undefined)
    return { object: undefined, standing: 'no FeatureFlag of this namespace has it: the rollout waits' };
  const variant = flag.defaultVariant === undefined ? '' : `, default variant "${flag.defaultVariant}"`;
  const rules = flag.targeting === undefined ? '' : ', with targeting';
  return { object: object.metadata.name, standing: `${flag.state}${variant}${rules}` };
}
