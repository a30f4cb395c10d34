// How far many runs are: seeds, speed and failures, in one line that is renewed on a terminal.
import type { SeedOutcome } from './seed-pool.ts';

export interface ProgressDeps {
  isTerminal: boolean;
  nowMs(): number;
  /** Processor time that the runs have taken, of all threads together. */
  processorMs(): number;
}

const RENEW_MS = 1_000;
/** Where lines cannot be renewed, fewer of them. */
const LINE_MS = 15_000;

/** Counts outcomes and says so now and then. */
export class SimProgress {
  readonly #total: number;
  readonly #write: (text: string) => void;
  readonly #deps: ProgressDeps;
  readonly #startedMs: number;
  #saidMs: number;
  #done = 0;
  #failed = 0;
  #simulatedMs = 0;

  constructor(total: number, write: (text: string) => void, deps: ProgressDeps) {
    this.#total = total;
    this.#write = write;
    this.#deps = deps;
    this.#startedMs = deps.nowMs();
    this.#saidMs = this.#startedMs;
  }

  add({ seed, failure, simulatedMs }: SeedOutcome): void {
    this.#done += 1;
    this.#simulatedMs += simulatedMs;
    if (failure !== undefined) {
      this.#failed += 1;
      this.#write(
        `${this.#lineStart()}seed ${seed}: ${failure.invariant}: ${failure.seen.split('\n')[0] ?? ''}\n`,
      );
    }
    const everyMs = this.#deps.isTerminal ? RENEW_MS : LINE_MS;
    if (this.#deps.nowMs() - this.#saidMs >= everyMs) this.#say(this.#deps.isTerminal ? '' : '\n');
  }

  end(): void {
    this.#say('\n');
  }

  #say(end: string): void {
    this.#saidMs = this.#deps.nowMs();
    this.#write(`${this.#lineStart()}${this.#line()}${end}`);
  }

  #lineStart(): string {
    return this.#deps.isTerminal ? '\r\u001b[K' : '';
  }

  #line(): string {
    const seconds = Math.max(0.001, (this.#deps.nowMs() - this.#startedMs) / 1_000);
    const hoursAnHour = this.#simulatedMs / 1_000 / seconds;
    const hoursACpuHour = this.#simulatedMs / Math.max(1, this.#deps.processorMs());
    return (
      `${this.#done} of ${this.#total} seeds, ${(this.#done / seconds).toFixed(1)} a second, ` +
      `${hoursAnHour.toFixed(0)} simulated hours an hour (${hoursACpuHour.toFixed(0)} an hour of one core), ${this.#failed} failed`
    );
  }
}
