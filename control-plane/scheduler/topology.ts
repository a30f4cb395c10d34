// The values of one node label, numbered: which domain each node lies in.

/** Of a node without the label. */
export const NO_DOMAIN = -1;

/** A label and its values. Nodes go by their slot (`NodeState.slot`). */
export class Topology {
  readonly key: string;
  readonly #ids = new Map<string, number>();
  readonly #bySlot: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  /** Values that were ever seen; each keeps its number. */
  get size(): number {
    return this.#ids.size;
  }

  /** The number of the node's domain, or {@link NO_DOMAIN}. */
  of(slot: number): number {
    return this.#bySlot[slot] ?? NO_DOMAIN;
  }

  /** Notes the labels of a node; undefined when it is gone. */
  set(slot: number, labels: Readonly<Record<string, string>> | undefined): void {
    const value = labels?.[this.key];
    while (this.#bySlot.length <= slot) this.#bySlot.push(NO_DOMAIN);
    this.#bySlot[slot] = value === undefined ? NO_DOMAIN : this.#idOf(value);
  }

  #idOf(value: string): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(value, id);
    return id;
  }
}
