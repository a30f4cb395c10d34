// A watch on etcd's raw stream that survives reconnections. etcd3's own watcher loses events (docs/adr/0001).
// Nothing is buffered here: a consumer that does not ask for more stops the stream by flow control.
import { backoffMs } from '@gantry/kit/backoff';
import type { BackoffPolicy } from '@gantry/kit/backoff';
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { IWatchResponse } from 'etcd3';
import type { WatchStream } from './etcd-client.ts';
import { rangeEnd } from './etcd-transaction.ts';
import { compactedError } from './store-errors.ts';
import type { StoreMetrics } from './store-metrics.ts';
import type { WatchBatch } from './store.ts';
import { WatchCursor } from './watch-cursor.ts';

/** What a watch needs from the store around it. */
export interface RawWatchDeps {
  openStream(): Promise<WatchStream>;
  currentRevision(signal: AbortSignal): Promise<number>;
  /** The streams that progress may be asked on; a running watch keeps its own in here. */
  streams: Set<WatchStream>;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: StoreMetrics;
}

const RECONNECT: BackoffPolicy = { initialMs: 50, maxMs: 1_000, factor: 2, jitter: 0.2 };
/** etcd confirms a watch at once; a stream that stays silent is given up. */
const CREATED_WITHIN_MS = 5_000;

/** See `Store.watch`. */
export async function* watchRaw(
  deps: RawWatchDeps,
  prefix: string,
  afterRevision: number,
  signal: AbortSignal,
): AsyncGenerator<WatchBatch> {
  const cursor = new WatchCursor(afterRevision);
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const response of responses(deps, prefix, cursor, signal)) {
        if (response.created) await refuseRewoundHistory(deps, cursor, response, signal);
        const batch = cursor.accept(response);
        failures = 0;
        if (batch !== undefined) yield batch;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (codeOf(error) === 'store-compacted') throw error;
      const fields = { prefix, seen: cursor.seen, error: messageOf(error) };
      if (failures === 0) {
        deps.metrics.watchInterrupted();
        deps.logger.warn('store watch interrupted', fields);
      } else deps.logger.debug('store watch still interrupted', fields);
    }
    cursor.restart();
    await pause(deps, ++failures, signal);
  }
}

/** The responses of one stream, until it breaks, ends, or is no longer wanted. */
async function* responses(
  deps: RawWatchDeps,
  prefix: string,
  cursor: WatchCursor,
  signal: AbortSignal,
): AsyncGenerator<IWatchResponse> {
  const stream = await deps.openStream();
  const cancel = (): void => {
    stream.cancel();
  };
  stream.on('error', () => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const cancelLimit = deps.clock.schedule(CREATED_WITHIN_MS, cancel);
  try {
    if (signal.aborted) return;
    stream.write(createRequest(prefix, cursor.startRevision));
    for await (const response of stream as AsyncIterable<IWatchResponse>) {
      if (response.created) {
        cancelLimit();
        deps.streams.add(stream);
      }
      yield response;
    }
  } finally {
    cancelLimit();
    deps.streams.delete(stream);
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function createRequest(prefix: string, startRevision: number): object {
  return {
    create_request: {
      key: Buffer.from(prefix),
      range_end: rangeEnd(prefix),
      start_revision: String(startRevision),
      fragment: true,
      progress_notify: true,
    },
  };
}

/**
 * An etcd restored from a backup counts revisions again that we have already seen: a watch would wait for ever.
 * One member's header may only lag, so the newest revision decides.
 */
async function refuseRewoundHistory(
  deps: RawWatchDeps,
  cursor: WatchCursor,
  created: IWatchResponse,
  signal: AbortSignal,
): Promise<void> {
  if (Number(created.header.revision) >= cursor.seen) return;
  const newest = await deps.currentRevision(signal);
  if (newest < cursor.seen) throw compactedError(cursor.seen, newest);
}

async function pause(deps: RawWatchDeps, failures: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(deps.clock, backoffMs(RECONNECT, failures, deps.random), signal);
  } catch {
    // Aborted: the loop ends by itself.
  }
}
