// A binary heap: the smallest by `compare` is on top.

/** Items in a heap; of equal ones any may be on top. */
export class Heap<T> {
  #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as T;
      if (this.#compare(item, above) >= 0) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0 && last !== undefined) this.#sink(last, 0);
    return top;
  }

  /** Drops the items that `isKept` refuses, all in one pass. */
  retain(isKept: (item: T) => boolean): void {
    const items = this.#items.filter(isKept);
    this.#items = items;
    for (let index = (items.length >> 1) - 1; index >= 0; index--) this.#sink(items[index] as T, index);
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= items.length) break;
      const right = left + 1;
      const takesRight = right < items.length && this.#compare(items[right] as T, items[left] as T) < 0;
      const child = takesRight ? right : left;
      const below = items[child] as T;
      if (this.#compare(item, below) <= 0) break;
      items[index] = below;
      index = child;
    }
    items[index] = item;
  }
}
