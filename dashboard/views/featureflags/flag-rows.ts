// All flags as rows, whichever FeatureFlag they are in, with the rollouts that heed them. Pure.
import { settled, type Settled } from '@gantry/api/flags/schedules';
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlag, Flag, FlagRules } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { rolloutFlags } from '../rollouts/rollout-flags.ts';
import { standingOf, typeOf, type FlagStanding } from './flag-words.ts';

/** A rollout that has to do with a flag. */
export interface FlagUse {
  rollout: string;
  /** `step 3 waits until it is "on"`. */
  role: string;
}

/** One flag. */
export interface FlagRow {
  namespace: string;
  /** Of the FeatureFlag. */
  object: string;
  key: string;
  flag: Flag;
  rules: FlagRules | undefined;
  standing: FlagStanding;
  /** As its schedule has made it, whatever the kill switch says. */
  now: Settled['now'];
  type: string;
  uses: readonly FlagUse[];
}

/** In the order of FeatureFlags and keys. */
export function flagRowsOf(
  objects: readonly FeatureFlag[],
  rollouts: readonly Rollout[],
  nowMs: number,
): FlagRow[] {
  const uses = usesOf(rollouts);
  return objects.flatMap(({ metadata: { namespace = '', name = '' }, spec }) =>
    Object.entries(spec.flagSpec.flags)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, flag]) => {
        const rules = ownField(spec.rules ?? {}, key);
        return {
          ...{ namespace, object: name, key, flag, rules },
          standing: standingOf(flag, rules, nowMs),
          now: settled(flag, rules, nowMs).now,
          type: typeOf(flag),
          uses: uses.get(`${namespace}/${key}`) ?? [],
        };
      }),
  );
}

function usesOf(rollouts: readonly Rollout[]): Map<string, FlagUse[]> {
  const uses = new Map<string, FlagUse[]>();
  for (const rollout of rollouts) {
    const { namespace = '', name = '' } = rollout.metadata;
    for (const { key, role } of rolloutFlags(rollout, [])) {
      const place = `${namespace}/${key}`;
      uses.set(place, [...(uses.get(place) ?? []), { rollout: name, role }]);
    }
  }
  return uses;
}
