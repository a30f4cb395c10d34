// A clock that moves only when told to. Timers run in order of their due time, then of their creation. Setting,
// cancelling and running one costs O(log n), and what is cancelled takes no more room than what is pending.
import type { Clock } from './clock.ts';
import { Heap } from './heap.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  /** Undefined once it ran or was cancelled. */
  task: (() => void) | undefined;
}

/** Fewer cancelled timers than this are not worth a pass over the heap. */
const CANCELLED_MIN = 64;

/** A {@link Clock} for tests and simulation. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Cancelled timers stay in it until they come up, or outnumber the others. */
  readonly #timers = new Heap<Timer>((a, b) => a.dueMs - b.dueMs || a.order - b.order);
  #cancelled = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size - this.#cancelled;
  }

  schedule(delayMs: number, task: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#timers.push(timer);
    return () => {
      this.#cancel(timer);
    };
  }

  #cancel(timer: Timer): void {
    if (timer.task === undefined) return;
    timer.task = undefined;
    this.#cancelled++;
    if (this.#cancelled < CANCELLED_MIN || this.#cancelled <= this.pending) return;
    this.#timers.retain((each) => each.task !== undefined);
    this.#cancelled = 0;
  }

  /** The due time of the next timer, in milliseconds since the epoch; undefined when none is set. */
  nextDueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  /** Moves time forward by `byMs`, running each timer at its own due time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#next(); next !== undefined && next.dueMs <= untilMs; next = this.#next()) {
      this.#run(next);
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Moves time to the next timer and runs it. @returns false when none is set. */
  step(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    this.#run(next);
    return true;
  }

  #run(next: Timer): void {
    this.#timers.pop();
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    const { task } = next;
    next.task = undefined;
    task?.();
  }

  #next(): Timer | undefined {
    for (let top = this.#timers.peek(); top !== undefined; top = this.#timers.peek()) {
      if (top.task !== undefined) return top;
      this.#timers.pop();
      this.#cancelled--;
    }
    return undefined;
  }
}
