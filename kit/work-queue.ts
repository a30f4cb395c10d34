// A queue of keys. A key waits at most once and is never worked on twice at the same time: added while it is
// worked on, it comes again afterwards. Everything is bounded; what is refused is reported, never lost silently.
import { backoffMs, type BackoffPolicy } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import { TokenBucket, type RateLimit } from './token-bucket.ts';

/** What the queue reports, for metrics. All calls are synchronous and must not throw. */
export interface WorkQueueHooks {
  /** Keys ready to be taken, after each change. */
  onDepth?(depth: number): void;
  /** A key was handed to a worker after having been ready this long. */
  onTaken?(key: string, waitedMs: number): void;
  /** The queue is full and has not taken the key in; the caller has to come back with it. */
  onRefused?(key: string): void;
}

/** Settings of a {@link WorkQueue}. */
export interface WorkQueueOptions {
  clock: Clock;
  random: Random;
  /** Delay of a key that failed, by its failures in a row. */
  backoff: BackoffPolicy;
  /** Limit on the retries of all keys together. */
  retryRate: RateLimit;
  /** Most keys that may be ready, and as many that may be delayed. */
  sizeMax: number;
  hooks?: WorkQueueHooks;
}

/** One day. Timers overflow after 24.8 days and would then fire at once; waking a key early does no harm. */
export const DELAY_MAX_MS = 86_400_000;

interface Delayed {
  dueMs: number;
  cancel: () => void;
}

/** See the head of this file. Take keys with {@link take}, hand each back with {@link done}. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #retries: TokenBucket;
  /** Ready keys in order, with the time since when. */
  readonly #ready = new Map<string, number>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #working = new Set<string>();
  /** Added while worked on. */
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#retries = new TokenBucket(options.clock, options.retryRate);
  }

  /** Keys ready to be taken. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Keys ready, delayed, or worked on. */
  get size(): number {
    return this.#ready.size + this.#delayed.size + this.#working.size;
  }

  /** Makes the key ready now. @returns false when the queue is full or closed. */
  add(key: string): boolean {
    if (this.#closed) return false;
    if (this.#working.has(key)) {
      this.#again.add(key);
      return true;
    }
    if (this.#ready.has(key)) return true;
    if (this.#ready.size >= this.#options.sizeMax) return this.#refuse(key);
    this.#makeReady(key);
    return true;
  }

  /** Makes the key ready after `afterMs`, at most {@link DELAY_MAX_MS}; of several delays the earliest counts. @returns false when refused. */
  addAfter(key: string, afterMs: number): boolean {
    if (afterMs <= 0) return this.add(key);
    if (this.#closed) return false;
    const delayMs = Math.min(afterMs, DELAY_MAX_MS);
    const dueMs = this.#options.clock.nowMs() + delayMs;
    const waiting = this.#delayed.get(key);
    if (waiting !== undefined && waiting.dueMs <= dueMs) return true;
    const isFull = this.#delayed.size >= this.#options.sizeMax;
    if (waiting === undefined && isFull) return this.#refuse(key);
    waiting?.cancel();
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, cancel });
    return true;
  }

  /** Counts a failure of the key and makes it ready after its back-off. @returns the delay in milliseconds. */
  retry(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const { backoff, random } = this.#options;
    const delayMs = Math.max(backoffMs(backoff, failures, random), this.#retries.reserveMs());
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** Failures in a row of the key. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key did well: its next failure starts at the shortest delay again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next ready key; waits for one. Undefined once the queue is closed or the signal aborted. */
  take(signal?: AbortSignal): Promise<string | undefined> {
    if (this.#closed || signal?.aborted) return Promise.resolve(undefined);
    const key = this.#takeReady();
    if (key !== undefined) return Promise.resolve(key);
    return new Promise((resolve) => {
      const taker = (taken: string | undefined): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(taken);
      };
      const onAbort = (): void => {
        const index = this.#takers.indexOf(taker);
        if (index >= 0) this.#takers.splice(index, 1);
        resolve(undefined);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#takers.push(taker);
    });
  }

  /** Hands a taken key back; if it was added meanwhile, it is ready again. */
  done(key: string): void {
    this.#working.delete(key);
    if (this.#again.delete(key) && !this.#closed) this.#makeReady(key);
  }

  /** Drops everything; all takers get undefined. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#ready.clear();
    this.#again.clear();
    this.#failures.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #refuse(key: string): false {
    this.#options.hooks?.onRefused?.(key);
    return false;
  }

  #makeReady(key: string): void {
    this.#ready.set(key, this.#options.clock.nowMs());
    const taker = this.#takers.shift();
    if (taker === undefined) this.#options.hooks?.onDepth?.(this.#ready.size);
    else taker(this.#takeReady());
  }

  #takeReady(): string | undefined {
    const first = this.#ready.entries().next();
    if (first.done) return undefined;
    const [key, sinceMs] = first.value;
    this.#ready.delete(key);
    this.#working.add(key);
    this.#options.hooks?.onTaken?.(key, this.#options.clock.nowMs() - sinceMs);
    this.#options.hooks?.onDepth?.(this.#ready.size);
    return key;
  }
}
