// The cache as the rest of the control plane sees it: reading, waiting, subscribing. Feeding is in feed.ts.
import type { KindDefinition } from '@gantry/api/definition';
import { keyText } from '@gantry/api/meta';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf } from '@gantry/kit/operational-error';
import { systemRandom } from '@gantry/kit/random';
import type { Random } from '@gantry/kit/random';
import { storeKeyOf } from '../resources/object-key.ts';
import type { Store } from '../store/store.ts';
import { untilAborted } from '@gantry/kit/until-aborted';
import { noCacheMetrics } from './cache-metrics.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { CacheState } from './cache-state.ts';
import type { Cache, CacheEvent, EventPlace, IndexDefinition } from './cache.ts';
import { feed } from './feed.ts';
import { NewestRevision } from './newest-revision.ts';
import { ProgressAsker } from './progress-asker.ts';
import { Quarantine } from './quarantine.ts';
import { RevisionWaiters } from './revision-waiters.ts';

/** Limits of a cache, each with a default. */
export interface CacheLimits {
  /** Events kept per kind. */
  historyEventsMax: number;
  /** How long events are kept: a client cut off for longer lists again. By default as in Kubernetes' watch cache. */
  historyAgeMaxMs: number;
  /** How long a read waits for the cache to catch up. */
  waitMs: number;
}

export const CACHE_LIMITS: CacheLimits = {
  historyEventsMax: 4_000,
  historyAgeMaxMs: 75_000,
  waitMs: 5_000,
};

/** How often histories let go of what is too old when no event makes them. */
const SWEEP_EVERY_MS = 15_000;

/** What a cache is made of. */
export interface CacheDeps {
  store: Pick<Store, 'list' | 'watch' | 'requestProgress' | 'currentRevision'>;
  kinds: readonly KindDefinition[];
  clock: Clock;
  logger: Logger;
  random?: Random;
  limits?: Partial<CacheLimits>;
  /** Beside the standard ones of indexes.ts. */
  indexes?: readonly IndexDefinition[];
  metrics?: CacheMetrics;
}

/** A cache and what keeps it going. */
export interface FedCache extends Cache {
  /** Feeds the cache until the signal is aborted; does not throw. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the first full list is in. No deadline of its own. */
  ready(signal?: AbortSignal): Promise<void>;
}

/** Makes an empty cache; nothing is read before `run`. */
export function createCache(deps: CacheDeps): FedCache {
  return new StoreCache(deps);
}

class StoreCache implements FedCache {
  readonly #deps: CacheDeps;
  readonly #metrics: CacheMetrics;
  readonly #state: CacheState;
  readonly #waiters: RevisionWaiters;
  readonly #newest: NewestRevision;
  readonly #asker: ProgressAsker;
  readonly #listed: Promise<void>;
  #onListed: () => void = () => undefined;

  constructor(deps: CacheDeps) {
    const limits = { ...CACHE_LIMITS, ...deps.limits };
    const { clock, logger, store } = deps;
    this.#deps = deps;
    this.#metrics = deps.metrics ?? noCacheMetrics;
    this.#state = new CacheState({
      kinds: deps.kinds,
      indexes: deps.indexes ?? [],
      history: { eventsMax: limits.historyEventsMax, ageMaxMs: limits.historyAgeMaxMs },
      quarantine: new Quarantine({
        logger,
        onChange: (count) => {
          this.#metrics.quarantined(count);
        },
      }),
      clock,
      logger,
    });
    this.#waiters = new RevisionWaiters({ clock, deadlineMs: limits.waitMs });
    this.#newest = new NewestRevision(() => store.currentRevision());
    this.#asker = new ProgressAsker({
      clock,
      ask: () => {
        store.requestProgress();
      },
      isNeeded: () => this.#waiters.size > 0,
    });
    this.#listed = new Promise((resolve) => (this.#onListed = resolve));
  }

  get revision(): number {
    return this.#state.revision;
  }

  changedAt(definition: KindDefinition): number {
    return this.#state.of(definition).history.newest;
  }

  get<T extends AnyObject>(definition: KindDefinition<T>, key: ObjectKey): T | undefined {
    return this.#storage(definition).get(keyText(key)) as T | undefined;
  }

  list<T extends AnyObject>(definition: KindDefinition<T>, namespace?: string): readonly T[] {
    return this.#storage(definition).list(namespace) as readonly T[];
  }

  byIndex<T extends AnyObject>(definition: KindDefinition<T>, index: string, value: string): readonly T[] {
    return this.#storage(definition).byIndex(index, value) as readonly T[];
  }

  #storage<T extends AnyObject>(definition: KindDefinition<T>) {
    return this.#state.of(definition).storage;
  }

  async waitFor(revision: number, signal?: AbortSignal): Promise<void> {
    if (this.#state.revision >= revision) return;
    const waiting = this.#waiters.wait(revision, signal);
    this.#asker.need();
    try {
      await waiting;
    } catch (error) {
      if (codeOf(error) === 'cache-behind') this.#metrics.waitTimedOut();
      throw error;
    }
  }

  async waitForNewest(signal?: AbortSignal): Promise<void> {
    const revision = await untilAborted(this.#newest.get(), signal);
    await this.waitFor(revision, signal);
  }

  onEvent(definition: KindDefinition, listener: (event: CacheEvent) => void, at?: EventPlace): () => void {
    return this.#state.of(definition).audience.add(listener, at);
  }

  eventsAfter(definition: KindDefinition, revision: number): readonly CacheEvent[] | undefined {
    return this.#state.of(definition).history.after(revision);
  }

  expect(definition: KindDefinition, key: ObjectKey, text: string, object: AnyObject): void {
    this.#state.expect(storeKeyOf(definition, key), text, object);
  }

  ready(signal?: AbortSignal): Promise<void> {
    return untilAborted(this.#listed, signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, clock, logger, random = systemRandom } = this.#deps;
    const onRevision = (): void => {
      this.#onListed();
      this.#metrics.revision(this.#state.revision);
      this.#waiters.reach(this.#state.revision);
    };
    const sweeping = this.#sweep(signal);
    await feed(
      { store, state: this.#state, clock, random, logger, metrics: this.#metrics, onRevision },
      signal,
    );
    this.#asker.stop();
    await sweeping;
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#deps.clock, SWEEP_EVERY_MS, signal).catch(() => undefined);
      this.#state.sweep();
    }
  }
}
