// What the engine remembers of a key between two passes. All of it may be lost at any time: a restart begins with a
// fresh look at everything.
import { idsFrom, seededRandom, type Ids, type Random } from '@gantry/kit/random';
import type { Cache } from '../cache/cache.ts';
import type { ApplyOutcome } from './apply.ts';
import type { ActionFailure } from './controller.ts';

/** What is remembered of one key. */
interface Memory {
  /** The cache has to reach this revision before the key is planned again. */
  revision: number;
  /** Nobody knows what was written: see all that the store has acknowledged. */
  needsNewest: boolean;
  /** Seed of the ids to use once more, after a failure whose outcome is unknown. */
  seed?: number;
  failure?: ActionFailure;
}

/** The memory of one controller. Settled keys take no room. */
export class KeyMemory {
  readonly #random: Random;
  readonly #keys = new Map<string, Memory>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Waits until the cache shows what the last pass over this key has written. */
  async caughtUp(key: string, cache: Cache, signal: AbortSignal): Promise<void> {
    const memory = this.#keys.get(key);
    if (memory === undefined) return;
    if (memory.needsNewest) await cache.waitForNewest(signal);
    if (memory.revision > cache.revision) await cache.waitFor(memory.revision, signal);
  }

  /** What went wrong in the last pass. */
  failure(key: string): ActionFailure | undefined {
    return this.#keys.get(key)?.failure;
  }

  /** Ids for the next plan: new ones, or the same again after a failure whose outcome is unknown. */
  seed(key: string): number {
    return this.#keys.get(key)?.seed ?? Math.floor(this.#random.next() * 2 ** 32);
  }

  /** Notes what became of a plan that had drawn its ids from `seed`. */
  learn(key: string, outcome: ApplyOutcome, seed: number): void {
    const { revision, failure, ambiguous, conflict } = outcome;
    if (revision === 0 && failure === undefined && !conflict) {
      this.#keys.delete(key);
      return;
    }
    this.#keys.set(key, {
      revision,
      needsNewest: ambiguous || conflict,
      ...(ambiguous ? { seed } : {}),
      ...(failure === undefined ? {} : { failure }),
    });
  }

  /** The key is of no interest any more. */
  forget(key: string): void {
    this.#keys.delete(key);
  }
}

/** Identities that follow from a seed. */
export function idsOf(seed: number): Ids {
  return idsFrom(seededRandom(seed));
}
