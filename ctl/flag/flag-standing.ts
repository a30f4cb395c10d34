// How a flag stands: what its kill switch and its schedule make of what is written. Pure.
import { settledIn } from '@gantry/api/flags/schedules';
import { ownField } from '@gantry/api/json-value';
import type { FeatureFlagSpec, Flag } from '@gantry/api/kinds/feature-flag';

/** How a flag stands at a time. */
export interface Standing {
  state: Flag['state'] | 'KILLED';
  defaultVariant: string | undefined;
  /** What the state comes from, where it is not what is written. */
  because: string | undefined;
}

/** The standing of a flag that there is. */
export function standingOf(spec: FeatureFlagSpec, key: string, nowMs: number): Standing {
  const rules = ownField(spec.rules ?? {}, key);
  const { now, past } = settledIn(spec, key, nowMs) ?? { now: { state: 'ENABLED' as const }, past: [] };
  const { defaultVariant } = now;
  if (rules?.killSwitch?.engaged === true)
    return { state: 'KILLED', defaultVariant, because: servedWhileOff(rules.offVariant) };
  const last = past.at(-1);
  return { state: now.state, defaultVariant, because: last && `by its schedule, last changed at ${last.at}` };
}

/** What programs get while a flag is off. */
export function servedWhileOff(offVariant: string | undefined): string {
  return offVariant === undefined
    ? 'programs use the value in their own code'
    : `all programs get ${offVariant}`;
}
