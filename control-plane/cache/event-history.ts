// The latest events of one kind, so that a client cut off for a while goes on where it was. Bounded by number and age;
// whole revisions are dropped, never a part of one.
import { lowerBound } from '../store/binary-search.ts';
import type { CacheEvent } from './cache.ts';

/** How much is kept. */
export interface HistoryLimits {
  eventsMax: number;
  ageMaxMs: number;
}

/** Events in order of revision. */
export class EventHistory {
  readonly #limits: HistoryLimits;
  #events: CacheEvent[] = [];
  /** When each event came, beside `#events`. */
  #timesMs: number[] = [];
  /** All events after this revision are here. */
  #completeAfter: number;
  /** Whether `#completeAfter` itself changed several objects of the kind: resuming there is then not safe. */
  #severalAtEdge = false;

  constructor(limits: HistoryLimits, revision: number) {
    this.#limits = limits;
    this.#completeAfter = revision;
  }

  /** See `CacheReader.changedAt`. */
  get newest(): number {
    return this.#events.at(-1)?.revision ?? this.#completeAfter;
  }

  /** Begins again: `events` are those of `revision` itself, nothing is known of earlier ones. */
  reset(revision: number, events: readonly CacheEvent[], nowMs: number): void {
    this.#events = [...events];
    this.#timesMs = events.map(() => nowMs);
    this.#completeAfter = revision;
    this.#severalAtEdge = false;
  }

  /** Appends events, oldest first: all that one or more whole revisions did to the kind. */
  push(events: readonly CacheEvent[], nowMs: number): void {
    for (const event of events) {
      this.#events.push(event);
      this.#timesMs.push(nowMs);
    }
    this.#trim(nowMs);
  }

  /** See `Cache.eventsAfter`. */
  after(revision: number): readonly CacheEvent[] | undefined {
    if (revision < this.#completeAfter) return undefined;
    if (revision === this.#completeAfter && this.#severalAtEdge) return undefined;
    const first = lowerBound(this.#events, (event) => event.revision < revision);
    const later = lowerBound(this.#events, (event) => event.revision <= revision);
    return this.#events.slice(later - first > 1 ? first : later);
  }

  /** Lets go of what is too old: without it, a kind that has become quiet would keep its last burst. */
  sweep(nowMs: number): void {
    this.#drop(this.#tooOld(nowMs));
  }

  #trim(nowMs: number): void {
    const surplus = this.#events.length - this.#limits.eventsMax;
    const tooOld = this.#tooOld(nowMs);
    // Some slack, so that not every event moves the whole array.
    if (surplus <= this.#limits.eventsMax / 8 && tooOld <= this.#events.length / 8) return;
    this.#drop(Math.max(surplus, tooOld));
  }

  #tooOld(nowMs: number): number {
    return lowerBound(this.#timesMs, (timeMs) => timeMs < nowMs - this.#limits.ageMaxMs);
  }

  #drop(atLeast: number): void {
    const edge = this.#events[atLeast - 1]?.revision;
    if (edge === undefined) return;
    const end = lowerBound(this.#events, (event) => event.revision <= edge);
    this.#severalAtEdge = end >= 2 && this.#events[end - 2]?.revision === edge;
    this.#completeAfter = edge;
    this.#events = this.#events.slice(end);
    this.#timesMs = this.#timesMs.slice(end);
  }
}
