// A map of bounded size that forgets what was not asked for of late. Two generations instead of an order of use: each
// step costs the same however much is remembered.

/** Remembers at least half of `max` entries, those used last among them, and never more than `max`. */
export class RecentMap<V> {
  readonly #generationMax: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** @param max at least 2. */
  constructor(max: number) {
    this.#generationMax = Math.floor(max / 2);
  }

  /** The entry of `key`, used now; undefined when it is not remembered. */
  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** Remembers an entry, used now. */
  set(key: string, value: V): void {
    if (this.#young.size >= this.#generationMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
