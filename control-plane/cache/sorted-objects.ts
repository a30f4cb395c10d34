// A sorted set of objects that can be handed out as an array without copying: it copies itself before the next
// change, so that an array once handed out never changes.
import type { AnyObject } from '@gantry/api/meta';
import { lowerBound } from '../store/binary-search.ts';

/**
 * Objects in the order of the store's keys, one each: by the text `namespace/name`, in which `a-b/x` comes before
 * `a/x`. A page of a list is a slice then, and agrees with a page from the store.
 */
export class SortedObjects {
  #items: AnyObject[] = [];
  #handedOut = false;

  get size(): number {
    return this.#items.length;
  }

  /** All objects. Stays as it is whatever happens later. */
  list(): readonly AnyObject[] {
    this.#handedOut = true;
    return this.#items;
  }

  /** Adds the object, or replaces the one of that name. */
  put(object: AnyObject): void {
    const index = this.#place(object);
    this.#own();
    if (this.#isAt(index, object)) this.#items[index] = object;
    else this.#items.splice(index, 0, object);
  }

  /** Removes the object of that name, if it is there. */
  remove(object: AnyObject): void {
    const index = this.#place(object);
    if (!this.#isAt(index, object)) return;
    this.#own();
    this.#items.splice(index, 1);
  }

  #own(): void {
    if (this.#handedOut) this.#items = this.#items.slice();
    this.#handedOut = false;
  }

  #place(object: AnyObject): number {
    const last = this.#items.at(-1);
    // Lists arrive in order: no search then.
    if (last === undefined || compare(last, object) < 0) return this.#items.length;
    return lowerBound(this.#items, (item) => compare(item, object) < 0);
  }

  #isAt(index: number, object: AnyObject): boolean {
    const item = this.#items[index];
    return item !== undefined && compare(item, object) === 0;
  }
}

/** By `namespace/name`, by code unit. */
function compare(a: AnyObject, b: AnyObject): number {
  const { namespace: inA = '', name: nameA = '' } = a.metadata;
  const { namespace: inB = '', name: nameB = '' } = b.metadata;
  return inA === inB ? compareText(nameA, nameB) : compareText(`${inA}/`, `${inB}/`);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
