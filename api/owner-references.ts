// Who manages an object: the one owner reference that says `controller`.
import { apiVersionOf, type KindDefinition } from './definition.ts';
import type { ObjectMeta, OwnerReference } from './meta.ts';

/** Something with metadata. */
interface WithMetadata {
  metadata: ObjectMeta;
}

/** The reference to the owner that manages the object; undefined when nobody does. */
export function controllerOf(object: WithMetadata): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the object is managed by this very owner (by uid: a new owner of the same name is another one). */
export function isControlledBy(object: WithMetadata, owner: WithMetadata): boolean {
  const uid = owner.metadata.uid;
  return uid !== undefined && controllerOf(object)?.uid === uid;
}

/** The reference by which `owner`, of kind `definition`, manages an object. */
export function controllerReference(
  definition: Pick<KindDefinition, 'group' | 'version' | 'kind'>,
  owner: WithMetadata,
): OwnerReference {
  return {
    apiVersion: apiVersionOf(definition),
    kind: definition.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}
