// Flags whose changes are to come: what a flag is at a time, and when that is different next. Pure.
import { ownField } from '../json-value.ts';
import type { FeatureFlag, FeatureFlagSpec, Flag, FlagRules } from '../kinds/feature-flag.ts';

/** The schedule of a flag. */
export type Schedule = NonNullable<FlagRules['schedule']>;

/** What a schedule may change. */
type Scheduled = Pick<Flag, 'state' | 'defaultVariant'>;

/** A flag as its schedule has made it, and the changes that are past and to come. */
export interface Settled {
  now: Scheduled;
  past: Schedule;
  ahead: Schedule;
}

/** What a flag is at a time. What is past goes before what is written, so whoever changes the flag by hand has to settle it. */
export function settled(
  { state, defaultVariant }: Scheduled,
  { schedule = [] }: Pick<FlagRules, 'schedule'> = {},
  nowMs: number,
): Settled {
  const past = schedule.filter(({ at }) => Date.parse(at) <= nowMs);
  const variant = past.findLast((change) => change.variant !== undefined)?.variant ?? defaultVariant;
  return {
    now: {
      state: past.findLast((change) => change.state !== undefined)?.state ?? state,
      ...(variant === undefined ? {} : { defaultVariant: variant }),
    },
    past,
    ahead: schedule.slice(past.length),
  };
}

/** The same of a flag by its key; undefined when there is none. */
export function settledIn(
  { flagSpec, rules = {} }: FeatureFlagSpec,
  key: string,
  nowMs: number,
): Settled | undefined {
  const flag = ownField(flagSpec.flags, key);
  return flag === undefined ? undefined : settled(flag, ownField(rules, key), nowMs);
}

/** How many changes of these objects have had their time; with their revisions it names what they are now. */
export function changesPast(objects: readonly FeatureFlag[], nowMs: number): number {
  return momentsOf(objects).filter((atMs) => atMs <= nowMs).length;
}

/** When a change has its time next; undefined when none is to come. */
export function nextMomentMs(objects: readonly FeatureFlag[], nowMs: number): number | undefined {
  const ahead = momentsOf(objects).filter((atMs) => atMs > nowMs);
  return ahead.length === 0 ? undefined : ahead.reduce((first, atMs) => Math.min(first, atMs));
}

function momentsOf(objects: readonly FeatureFlag[]): number[] {
  return objects.flatMap(({ spec }) =>
    Object.values(spec.rules ?? {}).flatMap(({ schedule = [] }) => schedule.map(({ at }) => Date.parse(at))),
  );
}
