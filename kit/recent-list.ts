// A list of bounded length that lets go of its oldest items.

/** Share of `max` that is kept beyond it until it is let go. */
const SLACK = 1 / 8;

/** Holds the last `max` items, in the order in which they came. */
export class RecentList<T> {
  readonly #max: number;
  #items: T[] = [];

  /** @param max at least 1. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Adds the newest. */
  push(item: T): void {
    this.#items.push(item);
    // In one go now and then: moving all of them at each new one would cost more than it keeps.
    if (this.#items.length >= this.#max * (1 + SLACK)) this.#items = this.#items.slice(-this.#max);
  }

  /** The oldest first. */
  items(): readonly T[] {
    return this.#items.length > this.#max ? this.#items.slice(-this.#max) : this.#items;
  }
}
