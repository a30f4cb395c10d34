// The flags of a namespace: those of all its FeatureFlags. A key that several have belongs to the oldest of them, so
// that nobody takes over a flag by making another object. Pure.
import type { FeatureFlag } from '../kinds/feature-flag.ts';
import { prepareFlags, type FlagSet } from './evaluate-flag.ts';

/** Flags of objects that have not changed are made ready once: what the cache holds never changes in place. */
const prepared = new WeakMap<FeatureFlag, FlagSet>();

/** The flags of one object. */
export function flagsOf(object: FeatureFlag): FlagSet {
  const known = prepared.get(object);
  if (known !== undefined) return known;
  const { name = '', generation = 0 } = object.metadata;
  const { flagSpec, rules } = object.spec;
  const flags = prepareFlags(flagSpec, {
    ...(rules === undefined ? {} : { rules }),
    source: { name, version: String(generation) },
  });
  prepared.set(object, flags);
  return flags;
}

/** The flags of all objects, by key. */
export function mergeFlags(objects: readonly FeatureFlag[]): FlagSet {
  const youngestFirst = objects.toSorted((a, b) => byAge(b, a));
  return new Map(youngestFirst.flatMap((object) => [...flagsOf(object)]));
}

/** The older one first; of the same second, by name. */
export function byAge(a: FeatureFlag, b: FeatureFlag): number {
  const [first, second] = [ageText(a), ageText(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

const ageText = ({ metadata }: FeatureFlag): string =>
  `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;
