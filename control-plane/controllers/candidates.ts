// What an owner may claim: the objects that name it as controller, and those in its namespace that belong to nobody.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { CacheReader } from '../cache/cache.ts';

/** Objects of kind `definition` that `owner` has or might adopt. */
export function candidatesFor<T extends AnyObject>(
  cache: CacheReader,
  definition: KindDefinition<T>,
  owner: AnyObject,
): readonly T[] {
  const { uid = '', namespace } = owner.metadata;
  const orphans = cache.list(definition, namespace).filter((object) => controllerOf(object) === undefined);
  return [...cache.byIndex(definition, 'owner', uid), ...orphans];
}
