// A flag that can be waited for: raised any number of times, lowered by the one who waits.

export class SignalFlag {
  #raised = false;
  #resolve: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#resolve?.();
  }

  /** Resolves once raised, and lowers the flag. One waiter at a time. */
  async wait(): Promise<void> {
    if (!this.#raised) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#resolve = undefined;
    this.#raised = false;
  }
}
