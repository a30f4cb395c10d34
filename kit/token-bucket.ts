// A token bucket: lets `burst` go at once and `perSecond` on average. Holds no timer of its own.
import type { Clock } from './clock.ts';

/** How many may go. */
export interface RateLimit {
  perSecond: number;
  /** How many may go at once after a quiet time. */
  burst: number;
}

/** Counts tokens; may be overdrawn by {@link reserveMs}, never by {@link tryTake}. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  #tokens: number;
  #filledAtMs: number;

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledAtMs = clock.nowMs();
  }

  /** Takes a token if there is one. */
  tryTake(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Whether there is a token; takes none. */
  holds(): boolean {
    this.#fill();
    return this.#tokens >= 1;
  }

  /** Takes a token in any case. @returns how long to wait, in milliseconds, until it would have been there. */
  reserveMs(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#limit.perSecond) * 1000);
  }

  #fill(): void {
    const nowMs = this.#clock.nowMs();
    const gained = (Math.max(0, nowMs - this.#filledAtMs) / 1000) * this.#limit.perSecond;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
