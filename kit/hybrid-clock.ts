// A node's hybrid clock. One that follows another measures how far its own wall clock is off and puts it right, so that a
// machine whose clock is hours wrong still tells the others' time.
import type { Clock } from './clock.ts';
import { receive, tick, type HybridTime } from './hybrid-time.ts';

/** One exchange with the clock that is followed, in one's own uncorrected time. */
export interface ClockSample {
  sentMs: number;
  receivedMs: number;
  /** What the other said in between. */
  heard: HybridTime;
}

/** A difference this much beyond what the time of the exchange explains is put right, in milliseconds. */
export const STEP_MS = 100;

/** Tells moments, each later than the one before and than all that was heard. */
export class HybridClock {
  readonly #clock: Pick<Clock, 'nowMs'>;
  #last: HybridTime;
  #correctionMs = 0;

  constructor(clock: Pick<Clock, 'nowMs'>, node: string) {
    this.#clock = clock;
    this.#last = { wallMs: 0, counter: 0, node };
  }

  /** How far the own wall clock is ahead of the one that is followed; behind: negative. 0 when none is followed. */
  get skewMs(): number {
    return this.#correctionMs === 0 ? 0 : -this.#correctionMs;
  }

  /** A new moment. */
  now(): HybridTime {
    this.#last = tick(this.#last, this.#wallMs());
    return this.#last;
  }

  /** Hears of another's moment. @returns how far that is ahead, when it is too far to count; else 0. */
  receive(heard: HybridTime, aheadMaxMs?: number): number {
    const { time, aheadMs } = receive(this.#last, heard, this.#wallMs(), aheadMaxMs);
    this.#last = time;
    return aheadMs;
  }

  /**
   * Hears of the clock that is followed, and goes by it from now on.
   *
   * @returns by how many milliseconds the own time was put forward, or back: what was stamped since the last exchange
   * has to be moved with it. 0: it was right, as far as the exchange can tell.
   */
  follow({ sentMs, receivedMs, heard }: ClockSample): number {
    const unsureMs = Math.max(0, (receivedMs - sentMs) / 2);
    const correctionMs = Math.round(heard.wallMs - (sentMs + unsureMs));
    const stepMs = correctionMs - this.#correctionMs;
    if (Math.abs(stepMs) <= unsureMs + STEP_MS) {
      this.receive(heard, Infinity);
      return 0;
    }
    this.#correctionMs = correctionMs;
    const wallMs = Math.max(0, this.#last.wallMs + stepMs);
    this.#last = { ...this.#last, wallMs };
    // It is what is gone by: what it says counts, however late it came.
    this.receive(heard, Infinity);
    return stepMs;
  }

  #wallMs(): number {
    return this.#clock.nowMs() + this.#correctionMs;
  }
}
