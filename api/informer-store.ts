// The objects that an informer knows, and what changes when it learns of new ones. Pure state: no I/O, no time.
import { keyOf, keyText, type AnyObject, type ObjectKey } from './meta.ts';

/** One change of the local copy. After a gap in the watch, changes in between appear as one. */
export type InformerEvent<T> =
  | { type: 'add'; object: T }
  | { type: 'update'; object: T; previous: T }
  /** `object` is the last state known. */
  | { type: 'delete'; object: T };

/** The local copy of a collection. */
export class InformerStore<T extends AnyObject> {
  readonly #objects = new Map<string, T>();

  get size(): number {
    return this.#objects.size;
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(keyText(key));
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  /** Takes over a whole list. @returns what differs: deletions first, so that a name is free before it is added. */
  replace(items: readonly T[]): InformerEvent<T>[] {
    const present = new Set(items.map((item) => keyText(keyOf(item))));
    const gone = this.list().filter((object) => !present.has(keyText(keyOf(object))));
    return [...gone.flatMap((object) => this.remove(object)), ...items.flatMap((item) => this.put(item))];
  }

  /** An object as it is now. A name that was given to another object (uid) is a deletion and an addition. */
  put(object: T): InformerEvent<T>[] {
    const key = keyText(keyOf(object));
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    if (previous === undefined) return [{ type: 'add', object }];
    if (previous.metadata.uid !== object.metadata.uid) {
      return [
        { type: 'delete', object: previous },
        { type: 'add', object },
      ];
    }
    if (previous.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    return [{ type: 'update', object, previous }];
  }

  /** An object that is no more. Its event carries the state given, which is the newest. */
  remove(object: T): InformerEvent<T>[] {
    return this.#objects.delete(keyText(keyOf(object))) ? [{ type: 'delete', object }] : [];
  }
}
