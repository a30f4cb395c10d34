// Where an object lies in the store, and how a stored value becomes an object again.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Entry } from '../store/store.ts';

/** `/gantry/core/pods/`; with a namespace `/gantry/core/pods/web/`. */
export function storePrefixOf(definition: KindDefinition, namespace = ''): string {
  const collection = `/gantry/${definition.group === '' ? 'core' : definition.group}/${definition.resource}/`;
  return definition.namespaced && namespace !== '' ? `${collection}${namespace}/` : collection;
}

/** `/gantry/core/pods/web/shop-1`; cluster-wide kinds have no namespace segment. */
export function storeKeyOf(definition: KindDefinition, key: ObjectKey): string {
  return `${storePrefixOf(definition, key.namespace)}${key.name}`;
}

/** The object that an entry holds, with the entry's revision as its resourceVersion. */
export function objectOf(entry: Pick<Entry, 'value' | 'modRevision'>): AnyObject {
  const object = JSON.parse(entry.value) as AnyObject;
  object.metadata.resourceVersion = String(entry.modRevision);
  return object;
}

/** The text to store: without resourceVersion, which is the revision of the write itself. */
export function valueOf(object: AnyObject): string {
  // Undefined rather than left out: copying all members but one takes several times as long.
  return JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } });
}

/** The same object as of `revision`. */
export function atRevision(object: AnyObject, revision: number): AnyObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
