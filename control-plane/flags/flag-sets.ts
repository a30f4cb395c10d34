// The flags of namespaces, ready to be evaluated, as the cache has them now.
import { mergeFlags } from '@gantry/api/flags/merge-flags';
import type { FlagSet } from '@gantry/api/flags/evaluate-flag';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { RecentMap } from '@gantry/kit/recent-map';
import type { CacheReader } from '../cache/cache.ts';

/** Namespaces whose flags are kept merged; others are merged when they are asked for. */
const NAMESPACES_MAX = 1_000;

/** Merges anew only when an object of the namespace has changed. */
export class FlagSets {
  readonly #cache: Pick<CacheReader, 'list'>;
  readonly #merged = new RecentMap<{ objects: readonly FeatureFlag[]; flags: FlagSet }>(NAMESPACES_MAX);

  constructor(cache: Pick<CacheReader, 'list'>) {
    this.#cache = cache;
  }

  /** The flags of a namespace. */
  of(namespace: string): FlagSet {
    const objects = this.#cache.list(featureFlagKind, namespace);
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
