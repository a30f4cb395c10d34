// A map of bounded size that forgets what was not asked for of late. Two generations instead of an order of use: each
// step costs the same however much is remembered.

/** Remembers at least half of `max` entries, those used last among them, and never more than `max`. */
export class RecentMap<V> {
  readonly #generationMax: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(max: number) {
    this.#generationMax = Math.max(1, Math.floor(max / 2));
  }

  /** The entry of `key`, used now; made when it is not remembered. */
  use(key: string, make: () => V): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
