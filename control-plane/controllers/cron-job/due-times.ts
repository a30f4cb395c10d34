// Finds the minute at which a schedule was last due, or will be next. Pure; bounded.
import type { CronCalendar } from './cron-calendar.ts';

/** Questions asked of the calendar in one search; enough for the rarest day (February 29) and then some. */
export const QUESTIONS_MAX = 5_000;

const MINUTE_MS = 60_000;

/** From coarse to fine. Each step is shorter than the shortest span of its question. */
const LEVELS: readonly { stepMs: number; ask: keyof CronCalendar }[] = [
  { stepMs: 27 * 24 * 60 * MINUTE_MS, ask: 'month' },
  { stepMs: 12 * 60 * MINUTE_MS, ask: 'day' },
  { stepMs: 15 * MINUTE_MS, ask: 'hour' },
];

/** The latest due minute in (afterMs, untilMs]; undefined when there is none, or none is found within the bound. */
export function latestDueMs(calendar: CronCalendar, afterMs: number, untilMs: number): number | undefined {
  const from = Math.floor(untilMs / MINUTE_MS) * MINUTE_MS;
  const end = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS;
  return new Search(calendar, -1).find(from, end);
}

/** The first due minute after `afterMs` and not after `untilMs`. */
export function nextDueMs(calendar: CronCalendar, afterMs: number, untilMs: number): number | undefined {
  const from = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  const end = (Math.floor(untilMs / MINUTE_MS) + 1) * MINUTE_MS;
  return new Search(calendar, 1).find(from, end);
}

/** One search, backwards (-1) or forwards (1). */
class Search {
  readonly #calendar: CronCalendar;
  readonly #direction: 1 | -1;
  #questions = 0;

  constructor(calendar: CronCalendar, direction: 1 | -1) {
    this.#calendar = calendar;
    this.#direction = direction;
  }

  /** From `from` on, `end` excluded. */
  find(from: number, end: number, level = 0): number | undefined {
    const at = LEVELS[level];
    if (at === undefined) return this.#findMinute(from, end);
    for (let start = from; this.#isBefore(start, end); start += this.#direction * at.stepMs) {
      const stop = this.#nearer(start + this.#direction * at.stepMs, end);
      // A span that overlaps the window holds one of its two ends, since it is longer than the window.
      if (!this.#ask(at.ask, start) && !this.#ask(at.ask, stop)) continue;
      const found = this.find(start, stop, level + 1);
      if (found !== undefined || this.#isExhausted) return found;
    }
    return undefined;
  }

  #findMinute(from: number, end: number): number | undefined {
    for (let ms = from; this.#isBefore(ms, end); ms += this.#direction * MINUTE_MS) {
      if (this.#ask('minute', ms)) return ms;
      if (this.#isExhausted) return undefined;
    }
    return undefined;
  }

  get #isExhausted(): boolean {
    return this.#questions >= QUESTIONS_MAX;
  }

  #ask(question: keyof CronCalendar, ms: number): boolean {
    this.#questions += 1;
    return this.#calendar[question](ms);
  }

  #isBefore(ms: number, end: number): boolean {
    return this.#direction * (end - ms) > 0;
  }

  #nearer(ms: number, end: number): number {
    return this.#isBefore(ms, end) ? ms : end;
  }
}
