// What an owner may claim: the objects that name it as controller, and those in its namespace that belong to nobody.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { CacheReader } from '../cache/cache.ts';
import { ORPHANS_INDEX, OWNER_INDEX } from '../cache/indexes.ts';

/** Objects of kind `definition` that `owner` has or might adopt. */
export function candidatesFor<T extends AnyObject>(
  cache: CacheReader,
  definition: KindDefinition<T>,
  owner: AnyObject,
): readonly T[] {
  const { uid = '', namespace = '' } = owner.metadata;
  const orphans = cache.byIndex(definition, ORPHANS_INDEX, namespace);
  return [...cache.byIndex(definition, OWNER_INDEX, uid), ...orphans];
}
