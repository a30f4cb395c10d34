// Requests that were under way to what has been taken out: they are looked at until they have ended, or had their time.
// A program that ends at TERM at once would cut them off.
import type { Clock } from '@gantry/kit/clock';
import { Nap } from '@gantry/kit/nap';
import type { HaproxyProcess } from './haproxy-process.ts';
import type { Layout } from './layout.ts';
import { readSessions } from './read-running.ts';

export interface DrainDeps {
  clock: Clock;
  haproxy: Pick<HaproxyProcess, 'ask' | 'isAlone'>;
  /** {@link DRAIN_WITHIN_MS} when absent. */
  drainWithinMs?: number;
}

/** What is in force from now on. */
export interface Applied {
  /** Of EndpointSlices. */
  revision: string;
  /** Names the configuration: with another one a process of before may still have requests. */
  generation: string;
  layout: Pick<Layout, 'servers'>;
  /** Somebody waits to hear of it. */
  isAwaited: boolean;
}

/** A server that is on its way out, or the processes of before a reload. */
interface Leaving {
  /** Absent: of processes of before. */
  slot?: string;
  /** From which on it is. */
  revision: number;
  sinceMs: number;
  isOver: boolean;
}

/** What lasts longer is the program's own to finish, after TERM: a long download, a connection that is kept open. */
export const DRAIN_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** Whoever waits for what is in force alone is told then at the latest. */
const TOLD_WITHIN_MS = 100;
/** News ends it sooner. */
const IDLE_MS = 60_000;
const OLDER = 'of before';

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
    const { generation, layout, revision, isAwaited } = applied;
    const nowMs = this.#deps.clock.nowMs();
    const before = this.#applied?.generation;
    const left = [...layout.servers].flatMap(([slot, servers]) =>
      [...servers.values()].flatMap(({ id, state }) => (state === 'ready' ? [] : [{ slot, id }])),
    );
    const fresh = { revision: Number(revision), sinceMs: nowMs, isOver: false };
    const found = new Set([OLDER]);
    if (before !== undefined && before !== generation) this.#leaving.set(OLDER, fresh);
    for (const { slot, id } of left) {
      const key = `${slot}/${id}`;
      found.add(key);
      if (!this.#leaving.has(key)) this.#leaving.set(key, { ...fresh, slot });
    }
    for (const key of this.#leaving.keys()) if (!found.has(key)) this.#leaving.delete(key);
    this.#applied = applied;
    if (isAwaited) this.#awaitedSinceMs ??= nowMs;
    this.#settle(applied);
    this.#nap.wake();
  }

  /** Looks until the signal is aborted. @param tell called when there is news that somebody waits for. */
  async run(tell: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isBusy = this.#open().length > 0 || this.#awaitedSinceMs !== undefined;
      await this.#nap.take(this.#deps.clock, isBusy ? LOOK_EVERY_MS : IDLE_MS, signal);
      if (signal.aborted || this.#applied === undefined) continue;
      await this.#look();
      this.#settle(this.#applied);
      if (this.#hasNews(this.#applied)) tell();
    }
  }

  #open(): [string, Leaving][] {
    return [...this.#leaving].filter(([, { isOver }]) => !isOver);
  }

  /** A HAProxy that does not answer now may do so the next time. */
  async #look(): Promise<void> {
    const { clock, haproxy, drainWithinMs = DRAIN_WITHIN_MS } = this.#deps;
    const open = this.#open();
    if (open.length === 0) return;
    const slots = [...new Set(open.flatMap(([, { slot }]) => (slot === undefined ? [] : [slot])))];
    const answers = await haproxy.ask(slots.map(statLine)).catch(() => undefined);
    const sessions = answers && new Map(answers.flatMap((answer) => [...readSessions(answer)]));
    for (const [key, leaving] of open) {
      const isEmpty = leaving.slot === undefined ? await haproxy.isAlone() : sessions?.get(key) === 0;
      leaving.isOver = isEmpty || clock.nowMs() - leaving.sinceMs >= drainWithinMs;
    }
  }

  #settle({ revision }: Applied): void {
    const first = Math.min(...this.#open().map(([, leaving]) => leaving.revision));
    const before = Number(this.#drained ?? 0);
    this.#drained = first === Infinity ? revision : String(Math.max(before, first - 1));
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

/** Servers of one backend. */
function statLine(slot: string): string {
  return `show stat ${slot} 4 -1`;
}
