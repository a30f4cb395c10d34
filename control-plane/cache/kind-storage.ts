// All objects of one kind: by key, sorted, by namespace, by index. In step with each other after every call.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { invariant } from '@gantry/kit/invariant';
import type { IndexDefinition } from './cache.ts';
import { SortedObjects } from './sorted-objects.ts';

interface Index {
  definition: IndexDefinition;
  buckets: Map<string, SortedObjects>;
}

const NOTHING: readonly AnyObject[] = Object.freeze([]);

/** Objects of one kind. Paths are `namespace/name`, or `name` for cluster-wide kinds. */
export class KindStorage {
  readonly definition: KindDefinition;
  readonly #byPath = new Map<string, AnyObject>();
  readonly #all = new SortedObjects();
  readonly #byNamespace = new Map<string, SortedObjects>();
  readonly #indexes: Map<string, Index>;

  constructor(definition: KindDefinition, indexes: readonly IndexDefinition[]) {
    this.definition = definition;
    this.#indexes = new Map(indexes.map((index) => [index.name, { definition: index, buckets: new Map() }]));
  }

  get(path: string): AnyObject | undefined {
    return this.#byPath.get(path);
  }

  /** Every path with its object. */
  entries(): ReadonlyMap<string, AnyObject> {
    return this.#byPath;
  }

  list(namespace = ''): readonly AnyObject[] {
    if (namespace === '') return this.#all.list();
    return this.#byNamespace.get(namespace)?.list() ?? NOTHING;
  }

  byIndex(name: string, value: string): readonly AnyObject[] {
    const index = this.#indexes.get(name);
    invariant(index !== undefined, `no index ${name} of ${this.definition.resource}`);
    return index.buckets.get(value)?.list() ?? NOTHING;
  }

  /** @returns the object before. */
  put(path: string, object: AnyObject): AnyObject | undefined {
    const previous = this.#byPath.get(path);
    this.#byPath.set(previous === undefined ? ownPath(object, path) : path, object);
    this.#all.put(object);
    bucket(this.#byNamespace, object.metadata.namespace ?? '').put(object);
    for (const index of this.#indexes.values()) this.#reindex(index, previous, object);
    return previous;
  }

  /** @returns the object before. */
  remove(path: string): AnyObject | undefined {
    const previous = this.#byPath.get(path);
    if (previous === undefined) return undefined;
    this.#byPath.delete(path);
    this.#all.remove(previous);
    removeFrom(this.#byNamespace, previous.metadata.namespace ?? '', previous);
    for (const index of this.#indexes.values()) this.#reindex(index, previous, undefined);
    return previous;
  }

  #reindex(index: Index, previous: AnyObject | undefined, object: AnyObject | undefined): void {
    const values = object === undefined ? [] : index.definition.values(object);
    const before = previous === undefined ? [] : index.definition.values(previous);
    for (const value of before)
      if (previous !== undefined && !values.includes(value)) removeFrom(index.buckets, value, previous);
    if (object !== undefined) for (const value of values) bucket(index.buckets, value).put(object);
  }
}

/** The path as a text of its own: as a part of the store's key it would keep that whole key. */
function ownPath({ metadata: { namespace = '', name = '' } }: AnyObject, path: string): string {
  const own = namespace === '' ? name : [namespace, name].join('/');
  return own === path ? own : path;
}

function bucket(buckets: Map<string, SortedObjects>, value: string): SortedObjects {
  let objects = buckets.get(value);
  if (objects === undefined) {
    objects = new SortedObjects();
    buckets.set(value, objects);
  }
  return objects;
}

function removeFrom(buckets: Map<string, SortedObjects>, value: string, object: AnyObject): void {
  const objects = buckets.get(value);
  objects?.remove(object);
  if (objects?.size === 0) buckets.delete(value);
}
