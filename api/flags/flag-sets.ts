// The flags of namespaces, ready to be evaluated, as their objects are now.
import { RecentMap } from '@gantry/kit/recent-map';
import type { FeatureFlag } from '../kinds/feature-flag.ts';
import type { FlagSet } from './evaluate-flag.ts';
import { mergeFlags } from './merge-flags.ts';

/** Namespaces whose flags are kept merged; others are merged when they are asked for. */
const NAMESPACES_MAX = 1_000;

/** Merges anew only when an object of the namespace has changed. */
export class FlagSets {
  readonly #list: (namespace: string) => readonly FeatureFlag[];
  readonly #merged = new RecentMap<{ objects: readonly FeatureFlag[]; flags: FlagSet }>(NAMESPACES_MAX);

  /** @param list the present objects of a namespace, always in the same order; they never change in place. */
  constructor(list: (namespace: string) => readonly FeatureFlag[]) {
    this.#list = list;
  }

  /** The flags of a namespace. */
  of(namespace: string): FlagSet {
    const objects = this.#list(namespace);
    const known = this.#merged.get(namespace);
    if (known !== undefined && isSame(known.objects, objects)) return known.flags;
    const flags = mergeFlags(objects);
    this.#merged.set(namespace, { objects, flags });
    return flags;
  }
}

function isSame(a: readonly FeatureFlag[], b: readonly FeatureFlag[]): boolean {
  return a.length === b.length && a.every((object, index) => object === b[index]);
}
