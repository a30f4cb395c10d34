// Requests that were under way to what has been taken out: they are looked at until they have ended, or had their time.
// A program that ends at TERM at once would cut them off.
import type { Clock } from '@gantry/kit/clock';
import { Nap } from '@gantry/kit/nap';

export interface DrainDeps {
  clock: Clock;
  /** How many requests and connections each has; who is left out may have some. */
  requestsTo: (keys: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** {@link DRAIN_WITHIN_MS} when absent. */
  drainWithinMs?: number | undefined;
  /** 20 when absent. */
  lookEveryMs?: number;
}

/** What is in force from now on. */
export interface Applied {
  /** Of EndpointSlices. */
  revision: string;
  /** What nothing new is sent to any more, by names that stay the same. */
  leaving: readonly string[];
  /** Somebody waits to hear of it. */
  isAwaited: boolean;
}

interface Leaving {
  /** What was in force before. Any later revision may be the one that took it out: changes are applied many at a time. */
  before: number;
  sinceMs: number;
  isOver: boolean;
}

/** What lasts longer is the program's own to finish, after TERM: a long download, a connection that is kept open. */
export const DRAIN_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** Whoever waits for what is in force alone is told then at the latest. */
const TOLD_WITHIN_MS = 100;
/** News ends it sooner. */
const IDLE_MS = 600_000;

/** One of a proxy. */
export class DrainWatch {
  readonly #deps: DrainDeps;
  readonly #nap = new Nap();
  readonly #leaving = new Map<string, Leaving>();
  #applied: Applied | undefined;
  #drained: string | undefined;
  /** Since when somebody waits for what is in force; undefined where it has been told. */
  #awaitedSinceMs: number | undefined;
  /** The newest revision that was told, as long as there is more to come. */
  #told: string | undefined;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
  }

  /** Up to which revision of EndpointSlices what was taken out has no requests any more; undefined before anything was in force. */
  revision(): string | undefined {
    return this.#drained;
  }

  onApplied(applied: Applied): void {
    const { leaving, isAwaited } = applied;
    const nowMs = this.#deps.clock.nowMs();
    const wanted = new Set(leaving);
    const before = Number(this.#applied?.revision ?? 0);
    for (const key of this.#leaving.keys()) if (!wanted.has(key)) this.#leaving.delete(key);
    for (const key of wanted)
      if (!this.#leaving.has(key)) this.#leaving.set(key, { before, sinceMs: nowMs, isOver: false });
    this.#applied = applied;
    if (isAwaited) this.#awaitedSinceMs ??= nowMs;
    this.#settle(applied);
    this.#nap.wake();
  }

  /** Looks until the signal is aborted. @param tell called when there is news that somebody waits for. */
  async run(tell: () => void, signal: AbortSignal): Promise<void> {
    const { clock, lookEveryMs = LOOK_EVERY_MS } = this.#deps;
    while (!signal.aborted) {
      const isBusy = this.#open().length > 0 || this.#awaitedSinceMs !== undefined;
      await this.#nap.take(clock, isBusy ? lookEveryMs : IDLE_MS, signal);
      if (signal.aborted || this.#applied === undefined) continue;
      await this.#look();
      this.#settle(this.#applied);
      if (this.#hasNews(this.#applied)) tell();
    }
  }

  #open(): [string, Leaving][] {
    return [...this.#leaving].filter(([, { isOver }]) => !isOver);
  }

  /** Whoever does not answer now may do so the next time. */
  async #look(): Promise<void> {
    const { clock, requestsTo, drainWithinMs = DRAIN_WITHIN_MS } = this.#deps;
    const open = this.#open();
    if (open.length === 0) return;
    const requests = await requestsTo(open.map(([key]) => key)).catch(() => undefined);
    for (const [key, leaving] of open)
      leaving.isOver = requests?.get(key) === 0 || clock.nowMs() - leaving.sinceMs >= drainWithinMs;
  }

  #settle({ revision }: Applied): void {
    const open = this.#open().map(([, { before }]) => before);
    const known = Number(this.#drained ?? 0);
    this.#drained = open.length === 0 ? revision : String(Math.max(known, Math.min(...open)));
  }

  #hasNews({ revision }: Applied): boolean {
    const isAll = this.#drained === revision;
    const sinceMs = this.#awaitedSinceMs ?? Infinity;
    const isDue = isAll || this.#deps.clock.nowMs() - sinceMs >= TOLD_WITHIN_MS;
    const isFirst = this.#awaitedSinceMs !== undefined && isDue;
    const isMore = this.#told !== undefined && this.#told !== this.#drained;
    if (!isFirst && !isMore) return false;
    this.#awaitedSinceMs = isFirst ? undefined : this.#awaitedSinceMs;
    this.#told = isAll ? undefined : this.#drained;
    return true;
  }
}
