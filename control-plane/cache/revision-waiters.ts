// Callers that wait until the cache has seen a revision.
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';

interface Waiter {
  revision: number;
  resolve: () => void;
}

/** Waiters with a deadline each. */
export class RevisionWaiters {
  readonly #deps: { clock: Clock; deadlineMs: number };
  readonly #waiters = new Set<Waiter>();
  #reached = 0;

  constructor(deps: { clock: Clock; deadlineMs: number }) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Lets go all who wait for `revision` or less. */
  reach(revision: number): void {
    this.#reached = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve();
  }

  /**
   * Resolves once `revision` has been reached.
   *
   * @throws OperationalError `cache-behind` after the deadline; the signal's reason when that is aborted first.
   */
  wait(revision: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const finish = (settle: () => void): void => {
        this.#waiters.delete(waiter);
        cancelDeadline();
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = (): void => {
        finish(() => {
          reject(signal?.reason as Error);
        });
      };
      const waiter = {
        revision,
        resolve: () => {
          finish(resolve);
        },
      };
      const cancelDeadline = this.#deps.clock.schedule(this.#deps.deadlineMs, () => {
        finish(() => {
          reject(this.#behind(revision));
        });
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #behind(revision: number): OperationalError {
    return new OperationalError(
      'cache-behind',
      `the cache is at revision ${this.#reached}, ${revision} was asked for, and it did not get there in time`,
    );
  }
}
