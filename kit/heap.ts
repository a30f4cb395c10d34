// A priority queue: the smallest by `compare` is on top. What is pushed in order waits in a line and costs nothing to
// sort, as most queues are filled; what jumps the line goes into a binary heap beside it.

/** Items in a heap; of equal ones any may be on top. */
export class Heap<T> {
  #items: T[] = [];
  /** In order, from `#lineStart` on; what is before has been taken out. */
  #line: T[] = [];
  #lineStart = 0;
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length + this.#line.length - this.#lineStart;
  }

  peek(): T | undefined {
    return this.#lineIsNext() ? this.#line[this.#lineStart] : this.#items[0];
  }

  push(item: T): void {
    const last = this.#line.at(-1);
    if (last === undefined || this.#compare(last, item) <= 0) this.#line.push(item);
    else this.#rise(item);
  }

  pop(): T | undefined {
    if (this.#lineIsNext()) return this.#takeFromLine();
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0 && last !== undefined) this.#sink(last, 0);
    return top;
  }

  /** Drops the items that `isKept` refuses, all in one pass. */
  retain(isKept: (item: T) => boolean): void {
    this.#line = this.#line.slice(this.#lineStart).filter(isKept);
    this.#lineStart = 0;
    const items = this.#items.filter(isKept);
    this.#items = items;
    for (let index = (items.length >> 1) - 1; index >= 0; index--) this.#sink(items[index] as T, index);
  }

  #lineIsNext(): boolean {
    if (this.#lineStart === this.#line.length) return false;
    if (this.#items.length === 0) return true;
    return this.#compare(this.#line[this.#lineStart] as T, this.#items[0] as T) <= 0;
  }

  /** What was taken out stays in the array until it is half of it: moving the rest then costs no more than it did. */
  #takeFromLine(): T | undefined {
    const item = this.#line[this.#lineStart];
    this.#lineStart += 1;
    if (2 * this.#lineStart >= this.#line.length) {
      this.#line = this.#line.slice(this.#lineStart);
      this.#lineStart = 0;
    }
    return item;
  }

  #rise(item: T): void {
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
