// A clock that moves only when told to. Timers run in order of their due time, then of their creation.
import type { Clock } from './clock.ts';

interface Timer {
  dueMs: number;
  order: number;
  task: () => void;
}

/** A {@link Clock} for tests and simulation. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, task: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The due time of the next timer, in milliseconds since the epoch; undefined when none is set. */
  nextDueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  /** Moves time forward by `byMs`, running each timer at its own due time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#next(); next !== undefined && next.dueMs <= untilMs; next = this.#next()) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = untilMs;
  }

  #next(): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      const earlier = best === undefined || timer.dueMs - best.dueMs || timer.order - best.order;
      if (earlier === true || (typeof earlier === 'number' && earlier < 0)) best = timer;
    }
    return best;
  }
}
