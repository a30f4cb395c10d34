// Keys on which a controller breaks: a bug, not an outcome. Each is left alone for long and longer intervals, or
// until its object is changed, and all other keys go on.
import { backoffMs } from '@gantry/kit/backoff';
import type { Clock } from '@gantry/kit/clock';

/** One minute, doubling up to an hour. */
export const QUARANTINE = { initialMs: 60_000, maxMs: 3_600_000, factor: 2, jitter: 0 };

interface Confinement {
  failures: number;
  untilMs: number;
  /** The state of the object that the controller broke on. */
  version: string;
}

/** The confined keys of one controller. */
export class Quarantine {
  readonly #clock: Clock;
  readonly #keys = new Map<string, Confinement>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys that are confined. */
  get size(): number {
    return this.#keys.size;
  }

  /** Milliseconds for which the key is to be left alone; 0 when it may be tried. */
  remainingMs(key: string, version: string): number {
    const confinement = this.#keys.get(key);
    if (confinement === undefined || confinement.version !== version) return 0;
    return Math.max(0, confinement.untilMs - this.#clock.nowMs());
  }

  /** The controller broke on the key. @returns for how long it is left alone, in milliseconds. */
  confine(key: string, version: string): number {
    const failures = (this.#keys.get(key)?.failures ?? 0) + 1;
    const delayMs = backoffMs(QUARANTINE, failures);
    this.#keys.set(key, { failures, untilMs: this.#clock.nowMs() + delayMs, version });
    return delayMs;
  }

  /** The key did well, or is gone. */
  release(key: string): void {
    this.#keys.delete(key);
  }
}
