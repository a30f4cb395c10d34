// A pause that somebody may end early, again and again by the same one: without a signal made for each.
import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

/** Pauses of one loop, one after the other. */
export class Nap {
  #end: (() => void) | undefined;
  #isWoken = false;

  /** Ends the pause that is under way; where none is, the next one is over as soon as it begins. */
  wake(): void {
    if (this.#end === undefined) this.#isWoken = true;
    else this.#end();
  }

  /** Who was to be woken is awake: the next pause lasts its time. */
  forget(): void {
    this.#isWoken = false;
  }

  /** Resolves after `delayMs`, once woken or once the signal is aborted, whichever comes first. */
  take(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
    const isOver = this.#isWoken || signal.aborted;
    this.#isWoken = false;
    if (isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#end = undefined;
        cancel();
        leave();
        resolve();
      };
      const cancel = clock.schedule(delayMs, end);
      const leave = onAbort(signal, end);
      this.#end = end;
    });
  }
}
