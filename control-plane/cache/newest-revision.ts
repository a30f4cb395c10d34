// "Which revision is the newest?", asked of etcd once for all who ask at the same time. An answer counts only for
// those who asked before the question was sent: the others share the next one.

/** Shares questions. */
export class NewestRevision {
  readonly #ask: () => Promise<number>;
  #running: Promise<number> | undefined;
  #next: Promise<number> | undefined;

  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  /** A revision at least as new as everything acknowledged before this call. */
  get(): Promise<number> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<number> {
    this.#next = undefined;
    return this.#start();
  }

  #start(): Promise<number> {
    const question = this.#ask().finally(() => {
      if (this.#running === question) this.#running = undefined;
    });
    this.#running = question;
    return question;
  }
}
