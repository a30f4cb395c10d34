// Flags whose changes are to come: what a flag is at a time, and when that is different next. Pure.
import type { FeatureFlag, FlagRules } from '../kinds/feature-flag.ts';

/** The schedule of a flag. */
export type Schedule = NonNullable<FlagRules['schedule']>;

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
