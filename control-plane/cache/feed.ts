// Keeps the cache's state fed: a paged list at one revision, then the watch from there; when the history is gone,
// a fresh list again. Runs until it is told to stop, whatever fails.
import { backoffMs } from '@gantry/kit/backoff';
import type { BackoffPolicy } from '@gantry/kit/backoff';
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { Page, Store } from '../store/store.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { CacheState } from './cache-state.ts';

/** What the feed needs. */
export interface FeedDeps {
  store: Pick<Store, 'list' | 'watch'>;
  state: CacheState;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: CacheMetrics;
  /** Called after each change of the state's revision. */
  onRevision: () => void;
}

/** Everything that Gantry stores lies below. */
const PREFIX = '/gantry/';
/** Objects parsed in one go; between pages other work gets its turn. */
const PAGE_KEYS = 500;
const RETRY: BackoffPolicy = { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 0.2 };

/** Runs until the signal is aborted. */
export async function feed(deps: FeedDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const revision = await relist(deps, signal);
      failures = 0;
      await follow(deps, revision, signal);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (codeOf(error) === 'store-compacted')
        deps.logger.info('cache lists again', { error: messageOf(error) });
      else deps.logger.warn('cache cannot be fed', { error: messageOf(error), failures });
    }
    await pause(deps, failures, signal);
  }
}

async function relist(deps: FeedDeps, signal: AbortSignal): Promise<number> {
  const snapshot = deps.state.newSnapshot();
  let page: Page = await deps.store.list(PREFIX, { limit: PAGE_KEYS, signal });
  const { revision } = page;
  for (;;) {
    deps.state.collect(snapshot, page.entries, revision);
    const startAfter = page.entries.at(-1)?.key;
    if (!page.more || startAfter === undefined) break;
    page = await deps.store.list(PREFIX, { limit: PAGE_KEYS, startAfter, revision, signal });
  }
  deps.metrics.relisted();
  deps.metrics.events(deps.state.replace(snapshot, revision));
  deps.onRevision();
  return revision;
}

async function follow(deps: FeedDeps, afterRevision: number, signal: AbortSignal): Promise<void> {
  for await (const batch of deps.store.watch(PREFIX, afterRevision, signal)) {
    deps.metrics.events(deps.state.apply(batch));
    deps.onRevision();
  }
}

async function pause(deps: FeedDeps, failures: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(deps.clock, backoffMs(RETRY, failures, deps.random), signal);
  } catch {
    // Aborted: the loop ends by itself.
  }
}
