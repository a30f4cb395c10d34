// What has become of the owners that an object names. Exact by uid: a new object of the same name owns nothing.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, OwnerReference } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { ObjectRef } from '../../engine/controller.ts';
import { FOREGROUND_FINALIZER } from '../../resources/deletion.ts';
import { isDeleting } from '../pod-condition.ts';

/** Finds a kind by what an owner reference says. */
export type FindKind = (apiVersion: string, kind: string) => KindDefinition | undefined;

/** One owner as it is. */
export type Owner =
  /** It is there, or it is of a kind that is not served here: nobody can say that it is gone. */
  | { state: 'present'; reference: OwnerReference }
  /** It is being deleted and waits for its dependents to go first. */
  | { state: 'waiting'; reference: OwnerReference }
  /** It is gone; `ref` is what the store is asked once more before anything is done about it. */
  | { state: 'absent'; reference: OwnerReference; ref: ObjectRef }
  /** A cluster-wide object cannot belong to one in a namespace: such a reference counts for nothing. */
  | { state: 'refused'; reference: OwnerReference };

/** The owners of an object. Owners are looked for in its own namespace, or among cluster-wide objects; nowhere else. */
export function ownersOf(object: AnyObject, cache: CacheReader, findKind: FindKind): Owner[] {
  return (object.metadata.ownerReferences ?? []).map((reference) =>
    ownerOf(object, reference, cache, findKind),
  );
}

function ownerOf(
  object: AnyObject,
  reference: OwnerReference,
  cache: CacheReader,
  findKind: FindKind,
): Owner {
  const definition = findKind(reference.apiVersion, reference.kind);
  if (definition === undefined) return { state: 'present', reference };
  const { namespace: own = '' } = object.metadata;
  if (definition.namespaced && own === '') return { state: 'refused', reference };
  const { name, uid } = reference;
  const namespace = definition.namespaced ? own : '';
  const owner = cache.get(definition, { namespace, name });
  if (owner?.metadata.uid !== uid) {
    return { state: 'absent', reference, ref: { definition, namespace, name, uid } };
  }
  return { state: isWaiting(owner) ? 'waiting' : 'present', reference };
}

function isWaiting(owner: AnyObject): boolean {
  return isDeleting(owner) && (owner.metadata.finalizers ?? []).includes(FOREGROUND_FINALIZER);
}
