// Bounds on what is under way at once, for each client address and for all: one pod in a loop must not starve the rest.

/** How many at once. */
export interface Share {
  perClient: number;
  all: number;
}

/** Counts what is under way. */
export class RequestShares {
  readonly #share: Share;
  readonly #byClient = new Map<string, number>();
  #all = 0;

  constructor(share: Share) {
    this.#share = share;
  }

  /** @returns what ends it again, once; undefined when there are too many. */
  enter(client: string): (() => void) | undefined {
    const mine = this.#byClient.get(client) ?? 0;
    if (mine >= this.#share.perClient || this.#all >= this.#share.all) return undefined;
    this.#byClient.set(client, mine + 1);
    this.#all += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#all -= 1;
      const left = (this.#byClient.get(client) ?? 1) - 1;
      if (left === 0) this.#byClient.delete(client);
      else this.#byClient.set(client, left);
    };
  }
}
