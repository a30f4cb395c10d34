// A simulated process: its own clock (which drifts), chance and log, and a life that can be paused or ended between
// any two of its steps. Whatever reaches it from outside comes through `run`, so that a dead process does nothing.
import type { Clock } from '@gantry/kit/clock';
import type { Logger, LogFields, LogLevel } from '@gantry/kit/logger';
import { idsFrom, seededRandom, type Ids, type Random } from '@gantry/kit/random';
import { hashText } from './hash-text.ts';
import type { Transcript } from './transcript.ts';

/** How a process's clock differs from true time. */
export interface Drift {
  /** Added to what the clock shows. */
  offsetMs: number;
  /** Thousandths that the clock runs faster (or, negative, slower) than true time. */
  perMille: number;
}

/** What a process is made of. */
export interface ProcessDeps {
  clock: Clock;
  seed: number;
  transcript: Transcript;
}

/** The state of a process's life. */
export type Life = 'running' | 'paused' | 'dead';

/** One incarnation of a program. */
export class SimProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly #base: Clock;
  readonly #transcript: Transcript;
  readonly #bornMs: number;
  readonly #drift: Drift;
  readonly #timers = new Set<() => void>();
  readonly #onDeath = new Set<() => void>();
  #life: Life = 'running';
  /** What came while the process was paused, in order. */
  #waiting: (() => void)[] = [];

  constructor(deps: ProcessDeps, name: string, incarnation: number, drift: Drift) {
    this.name = name;
    this.#base = deps.clock;
    this.#transcript = deps.transcript;
    this.#bornMs = deps.clock.nowMs();
    this.#drift = drift;
    this.random = seededRandom(hashText(`${deps.seed}/${name}/${incarnation}`));
    this.ids = idsFrom(this.random);
    this.clock = { nowMs: () => this.#nowMs(), schedule: (delayMs, task) => this.#schedule(delayMs, task) };
    this.logger = this.#loggerWith({});
  }

  get life(): Life {
    return this.#life;
  }

  /** Timers that are set. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** What came and waits until the process goes on. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Does `task` as the process: at once, once it goes on, or never. */
  run(task: () => void): void {
    if (this.#life === 'running') task();
    else if (this.#life === 'paused') this.#waiting.push(task);
  }

  /** Called once when the process dies. @returns what takes it back. */
  onDeath(task: () => void): () => void {
    this.#onDeath.add(task);
    return () => this.#onDeath.delete(task);
  }

  /** Stops it as SIGKILL would: nothing of it runs any more. */
  kill(): void {
    if (this.#life === 'dead') return;
    this.#life = 'dead';
    this.#waiting = [];
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const task of this.#onDeath) task();
    this.#onDeath.clear();
  }

  /** Holds it, as SIGSTOP or a long pause of its machine would. */
  pause(): void {
    if (this.#life === 'running') this.#life = 'paused';
  }

  resume(): void {
    if (this.#life !== 'paused') return;
    this.#life = 'running';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) this.run(task);
  }

  #nowMs(): number {
    const trueMs = this.#base.nowMs();
    return Math.floor(
      trueMs + this.#drift.offsetMs + ((trueMs - this.#bornMs) * this.#drift.perMille) / 1000,
    );
  }

  #schedule(delayMs: number, task: () => void): () => void {
    if (this.#life === 'dead') return () => undefined;
    const trueDelayMs = Math.max(0, delayMs) / (1 + this.#drift.perMille / 1000);
    let isCancelled = false;
    const cancelTimer = this.#base.schedule(trueDelayMs, () => {
      this.#timers.delete(cancel);
      this.run(() => {
        if (!isCancelled) task();
      });
    });
    const cancel = (): void => {
      isCancelled = true;
      cancelTimer();
      this.#timers.delete(cancel);
    };
    this.#timers.add(cancel);
    return cancel;
  }

  #loggerWith(fields: LogFields): Logger {
    const write =
      (level: LogLevel) =>
      (message: string, more: LogFields = {}): void => {
        if (this.#life !== 'dead') this.#transcript.log(this.name, level, message, { ...fields, ...more });
      };
    return {
      debug: () => undefined,
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (more) => this.#loggerWith({ ...fields, ...more }),
    };
  }
}
