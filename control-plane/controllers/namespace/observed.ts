// What a pass over a namespace looks at: everything that is in it.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { namespaceKind, type Namespace } from '@gantry/api/kinds/namespace';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';

/** Objects of one kind in the namespace; kinds without any are left out. */
export interface Content {
  definition: KindDefinition;
  objects: readonly AnyObject[];
}

/** A namespace that is being deleted, and what is left in it. */
export interface Observed {
  namespace: Namespace;
  contents: readonly Content[];
}

/** Undefined for a namespace that nobody wants gone. */
export function observe(
  cache: CacheReader,
  key: ObjectKey,
  kinds: readonly KindDefinition[],
): Observed | undefined {
  const namespace = cache.get(namespaceKind, { namespace: '', name: key.name });
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  const contents = kinds
    .filter(({ namespaced }) => namespaced)
    .map((definition) => ({ definition, objects: cache.list(definition, key.name) }))
    .filter(({ objects }) => objects.length > 0)
    .sort((a, b) => (resourceIdOf(a.definition) < resourceIdOf(b.definition) ? -1 : 1));
  return { namespace, contents };
}
