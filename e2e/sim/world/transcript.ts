// What happened, step by step, in words: the last part is shown when an invariant fails; the digest of all of it tells
// whether two runs were the same.
import { createHash } from 'node:crypto';
import type { Clock } from '@gantry/kit/clock';
import type { LogFields, LogLevel } from '@gantry/kit/logger';

/** Lines that are kept for the reader. */
const KEPT_LINES_MAX = 5_000;

/** Measured on the machine's own clock: different in each run. */
const REAL_TIME_FIELDS: ReadonlySet<string> = new Set(['ms']);

/** The log of a simulated run. */
export class Transcript {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #digest = createHash('sha256');
  /** Told of each line as it comes. */
  onLine: (line: string) => void = () => undefined;
  #lines: string[] = [];
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  /** How many lines there were. */
  get count(): number {
    return this.#count;
  }

  /** A line by a part of the world. */
  note(who: string, what: string): void {
    const seconds = ((this.#clock.nowMs() - this.#startMs) / 1000).toFixed(3).padStart(9);
    this.#add(`${seconds}  ${who.padEnd(10)} ${what}`);
  }

  /** A line of a process's own log. */
  log(who: string, level: LogLevel, message: string, fields: LogFields): void {
    const mark = level === 'info' ? '' : `${level}: `;
    const more = Object.entries(fields)
      .filter(([name, value]) => value !== undefined && !REAL_TIME_FIELDS.has(name))
      .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('');
    this.note(who, `${mark}${message}${more}`);
  }

  /** The last lines. */
  tail(lines: number): readonly string[] {
    return this.#lines.slice(-lines);
  }

  /** SHA-256 of all lines so far. */
  digest(): string {
    return this.#digest.copy().digest('hex');
  }

  #add(line: string): void {
    this.#count += 1;
    this.#digest.update(line).update('\n');
    this.onLine(line);
    this.#lines.push(line);
    if (this.#lines.length >= 2 * KEPT_LINES_MAX) this.#lines = this.#lines.slice(-KEPT_LINES_MAX);
  }
}
