// What a pass over any object looks at: its owners, and while it is being deleted its dependents.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { DEPENDENTS_INDEX } from '../../cache/indexes.ts';
import { isDeleting } from '../pod-condition.ts';
import { ownersOf, type FindKind, type Owner } from './owners.ts';

/** An object that names the observed one as an owner. */
export interface Dependent {
  definition: KindDefinition;
  object: AnyObject;
}

/** An object with what it belongs to and what belongs to it. */
export interface Observed {
  definition: KindDefinition;
  object: AnyObject;
  owners: readonly Owner[];
  dependents: readonly Dependent[];
  /** Owners that do exist, but in another namespace: told to the user, never honoured. */
  foreignOwners: readonly string[];
}

/** What observing needs to know of the kinds. */
export interface Kinds {
  all: readonly KindDefinition[];
  find: FindKind;
}

/** Undefined for an object that neither belongs to anything nor waits for dependents. */
export function observe(
  cache: CacheReader,
  key: ObjectKey,
  definition: KindDefinition,
  kinds: Kinds,
): Observed | undefined {
  const object = cache.get(definition, key);
  if (object === undefined) return undefined;
  const hasOwners = (object.metadata.ownerReferences ?? []).length > 0;
  if (!hasOwners && !isDeleting(object)) return undefined;
  const owners = ownersOf(object, cache, kinds.find);
  return {
    definition,
    object,
    owners,
    dependents: dependentsOf(object, cache, kinds),
    foreignOwners: foreignOwners(owners, cache),
  };
}

/** Also those in other namespaces are found by uid; they do not count, since such ownership is refused. */
export function dependentsOf(owner: AnyObject, cache: CacheReader, kinds: Kinds): Dependent[] {
  const { uid = '', namespace = '' } = owner.metadata;
  return kinds.all.flatMap((definition) =>
    cache
      .byIndex(definition, DEPENDENTS_INDEX, uid)
      .filter((object) => namespace === '' || object.metadata.namespace === namespace)
      .map((object) => ({ definition, object })),
  );
}

/** Looked for only where an owner is absent, which is rare and then worth an explanation. */
function foreignOwners(owners: readonly Owner[], cache: CacheReader): string[] {
  return owners.flatMap((owner) => {
    if (owner.state !== 'absent' || !owner.ref.definition.namespaced) return [];
    const { definition, name, uid } = owner.ref;
    const exists = cache.list(definition).some(({ metadata }) => metadata.uid === uid);
    return exists ? [`${definition.kind} ${name}`] : [];
  });
}
