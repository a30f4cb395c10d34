// A timeline that goes on: what is known, then what comes to light, as lines of JSON, until the client leaves, its time is
// up, it stops reading, or the server stops. What agents and other replicas know has to be asked for, so it is asked again
// and again.
import { apiVersionOf } from '@gantry/api/definition';
import { timelineResource, type TimelineEvent } from '@gantry/api/timeline/timeline-entry';
import { sleep } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import type { ServerResponse } from 'node:http';
import type { TimelineAnswer, TimelineQuery } from '../timeline/timeline.ts';
import { boundedWriter, type BoundedWriter } from './bounded-writer.ts';
import type { ServerDeps } from './deps.ts';
import type { Exchange } from './exchange.ts';
import {
  BOOKMARK_EVERY_MS,
  TIMELINE_ENTRIES_MAX,
  TIMELINE_LOOK_EVERY_MS,
  WATCH_BUFFER_BYTES_MAX,
  WATCH_DEFAULT_MS,
} from './limits.ts';

type Deps = Pick<ServerDeps, 'clock' | 'metrics' | 'random' | 'stopping' | 'timeline'>;

const LABELS = { resource: `${timelineResource.resource}.${timelineResource.group}` };
/** Entries looked back for at each look: what comes to light later than this is not told any more. */
const LOOK_BACK_MS = 60_000;

/** Writes the lines. `ask` makes the query anew: what belongs to an object changes. */
export async function serveTimelineWatch(
  deps: Deps,
  exchange: Exchange,
  ask: () => TimelineQuery,
  response: ServerResponse,
): Promise<void> {
  const { metrics, random, stopping, clock } = deps;
  const writer = boundedWriter(response, WATCH_BUFFER_BYTES_MAX, () =>
    metrics.limitsReached.inc({ limit: 'timeline-buffer' }),
  );
  const end = new AbortController();
  const onEnd = (): void => end.abort(new Error('the watch is over'));
  response.once('close', onEnd);
  stopping.addEventListener('abort', onEnd, { once: true });
  const cancel = clock.schedule(Math.round(WATCH_DEFAULT_MS * (1 + random.next())), onEnd);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  metrics.watches.inc(LABELS);
  try {
    if (stopping.aborted) onEnd();
    await tell(deps, ask, writer, AbortSignal.any([end.signal, exchange.signal]));
  } finally {
    metrics.watches.dec(LABELS);
    cancel();
    stopping.removeEventListener('abort', onEnd);
    response.end();
  }
}

async function tell(
  deps: Deps,
  ask: () => TimelineQuery,
  writer: BoundedWriter,
  signal: AbortSignal,
): Promise<void> {
  const { clock, timeline } = deps;
  const told = new RecentMap<true>(4 * TIMELINE_ENTRIES_MAX);
  let first = true;
  let quietMs = 0;
  while (!signal.aborted && !writer.closed) {
    const query = { ...ask(), signal };
    const sinceMs = first ? query.sinceMs : Math.max(query.sinceMs, clock.nowMs() - LOOK_BACK_MS);
    const limit = first ? query.limit : TIMELINE_ENTRIES_MAX;
    const answer = await timeline.answer({ ...query, sinceMs, limit });
    const fresh = answer.entries.filter(({ id }) => told.get(id) === undefined);
    for (const entry of fresh) {
      told.set(entry.id, true);
      writer.write(line({ type: 'ADDED', object: entry }));
    }
    quietMs = fresh.length > 0 ? 0 : quietMs + TIMELINE_LOOK_EVERY_MS;
    if (first || quietMs >= BOOKMARK_EVERY_MS) {
      writer.write(bookmark(answer));
      quietMs = 0;
    }
    first = false;
    await writer.ready();
    await sleep(clock, TIMELINE_LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

function bookmark({ clocks, warnings }: TimelineAnswer): string {
  return line({ type: 'BOOKMARK', object: { clocks, warnings } });
}

function line({ type, object }: TimelineEvent): string {
  const kinded = { kind: timelineResource.kind, apiVersion: apiVersionOf(timelineResource), ...object };
  return `${JSON.stringify({ type, object: kinded })}\n`;
}
