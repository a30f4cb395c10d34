// A watch that is read as fast as it tells, and what it has told so far.
import { setTimeout as delay } from 'node:timers/promises';
import { failureCode } from './contract-steps.ts';
import type { Store, StoreEvent } from './store.ts';

/** A watch that has not told all there is by then has lost something. */
const CATCH_UP_MS = 15_000;
const POLL_MS = 1;

/** What a watch has told since it was asked last. */
export interface Told {
  events: StoreEvent[];
  /** Code of the error that ended it. */
  code?: string;
  /** A revision came in two batches, or out of order, or one that is no news. */
  fault?: string;
}

/** See the head of this file. */
export class Watching {
  hasEnded = false;
  readonly #store: Store;
  readonly #controller = new AbortController();
  readonly #reading: Promise<void>;
  #seen: number;
  #told: Told = { events: [] };

  constructor(store: Store, prefix: string, afterRevision: number) {
    this.#store = store;
    this.#seen = afterRevision;
    this.#reading = this.#read(prefix, afterRevision);
  }

  /** Waits until the watch has failed. @returns what was told. */
  async failed(): Promise<Told> {
    const untilMs = Date.now() + CATCH_UP_MS;
    while (!this.hasEnded && Date.now() < untilMs) await delay(POLL_MS);
    return this.#told;
  }

  /** Waits until everything up to `revision` has been told. @returns what was told since the last time. */
  async told(revision: number): Promise<Told> {
    const untilMs = Date.now() + CATCH_UP_MS;
    while (!this.hasEnded && this.#seen < revision) {
      if (Date.now() > untilMs) throw new Error(`a watch stopped at revision ${this.#seen} of ${revision}`);
      this.#store.requestProgress();
      await delay(POLL_MS);
    }
    const told = this.#told;
    this.#told = { events: [] };
    return told;
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#reading;
  }

  async #read(prefix: string, afterRevision: number): Promise<void> {
    const code = await failureCode(async () => {
      for await (const { revision, events } of this.#store.watch(
        prefix,
        afterRevision,
        this.#controller.signal,
      )) {
        const first = events[0]?.modRevision ?? revision;
        if (first <= this.#seen) this.#told.fault = `revision ${first} was told after ${this.#seen}`;
        this.#seen = revision;
        this.#told.events.push(...events);
      }
    });
    if (code !== undefined) this.#told.code = code;
    this.hasEnded = true;
  }
}
