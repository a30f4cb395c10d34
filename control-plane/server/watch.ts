// Watch: the present state or the past from a revision, then every change, as lines of JSON, until the client
// leaves, its time is up, it stops reading, or the server stops.
import type { AnyObject } from '@gantry/api/meta';
import { apiVersionOf } from '@gantry/api/definition';
import { resourceIdOf } from '@gantry/api/definition';
import { expired } from '@gantry/api/status-error';
import type { ServerResponse } from 'node:http';
import type { CacheEvent } from '../cache/cache.ts';
import type { BoundedWriter } from './bounded-writer.ts';
import { boundedWriter } from './bounded-writer.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { freshen } from './freshen.ts';
import {
  BOOKMARK_EVERY_MS,
  WATCH_BUFFER_BYTES_MAX,
  WATCH_DEFAULT_MS,
  WATCH_HELD_EVENTS_MAX,
} from './limits.ts';
import type { PageQuery } from './list-page.ts';
import { snapshotOf } from './list-page.ts';
import type { Freshness, Selection } from './read-options.ts';
import { selectionOf } from './read-options.ts';
import { select } from './select.ts';
import { watchedEvent } from './watch-feed.ts';
import { watchOptions } from './watch-options.ts';
import type { WatchOptions, WatchStart } from './watch-options.ts';
import { eventLine } from './watch-line.ts';

/** Marks the bookmark behind the initial events. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Answers a watch. */
export async function answerWatch(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const run = await openWatch(deps, exchange);
  return { type: 'stream', run: (response) => answerLines(deps, exchange, run, response) };
}

/**
 * Prepares a watch: what is wrong with it is known before a line is written.
 *
 * @returns what writes its lines until it ends: its time is up, its client is gone, or the server stops.
 * @throws StatusError 400, 422, 504.
 */
export async function openWatch(
  deps: ServerDeps,
  exchange: ResourceExchange,
): Promise<(writer: BoundedWriter) => Promise<void>> {
  const options = watchOptions(exchange.query);
  const selection = selectionOf(exchange.served.definition, exchange.query);
  await freshen(deps.cache, startFreshness(options.start), exchange.signal);
  return (writer) => serveWatch(deps, exchange, options, selection, writer);
}

function startFreshness(start: WatchStart): Freshness {
  if (start.type === 'after') return { type: 'not-older-than', revision: start.revision };
  const { notOlderThan } = start;
  if (notOlderThan === 'newest' || notOlderThan === 'any') return { type: notOlderThan };
  return { type: 'not-older-than', revision: notOlderThan };
}

async function answerLines(
  deps: ServerDeps,
  exchange: ResourceExchange,
  run: (writer: BoundedWriter) => Promise<void>,
  response: ServerResponse,
): Promise<void> {
  const resource = resourceIdOf(exchange.definition);
  const writer = boundedWriter(response, WATCH_BUFFER_BYTES_MAX, () => {
    deps.metrics.limitsReached.inc({ limit: 'watch-buffer' });
    deps.logger.warn('watch closed: its client does not read', { requestId: exchange.requestId, resource });
  });
  const { contentType } = exchange.form();
  response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  try {
    await run(writer);
  } finally {
    response.end();
  }
}

async function serveWatch(
  deps: ServerDeps,
  exchange: ResourceExchange,
  options: WatchOptions,
  selection: Selection,
  writer: BoundedWriter,
): Promise<void> {
  const resource = resourceIdOf(exchange.definition);
  deps.metrics.watches.inc({ resource });
  try {
    const send = sender(deps, exchange, writer);
    await runWatch(deps, exchange, options, selection, { writer, send });
  } finally {
    deps.metrics.watches.dec({ resource });
  }
}

type LineType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
type Send = (type: LineType, object: object) => void;

/** Makes the lines; a Table names its columns in the first one only. */
function sender(deps: ServerDeps, exchange: ResourceExchange, writer: BoundedWriter): Send {
  const resource = resourceIdOf(exchange.definition);
  const form = exchange.form();
  let first = true;
  return (type, object) => {
    const options = {
      definition: exchange.definition,
      show: exchange.served.show,
      form,
      query: exchange.query,
      first,
      nowMs: deps.clock.nowMs(),
    };
    const line = eventLine(type, object, options);
    if (type !== 'ERROR') first = false;
    deps.metrics.watchEvents.inc({ resource });
    deps.metrics.bytesSent.inc(line.length);
    writer.write(line);
  };
}

interface Out {
  writer: BoundedWriter;
  send: Send;
}

async function runWatch(
  deps: ServerDeps,
  exchange: ResourceExchange,
  options: WatchOptions,
  selection: Selection,
  out: Out,
): Promise<void> {
  const { info } = exchange;
  const matches = (object: AnyObject): boolean =>
    (info.namespace === '' || object.metadata.namespace === info.namespace) && selection.matches(object);
  const relay = createRelay(matches, out.send, () => {
    deps.metrics.limitsReached.inc({ limit: 'watch-held' });
    out.writer.cut();
  });
  const leave = await begin(deps, exchange, options, { selection, relay, out });
  if (leave === undefined) return;
  try {
    relay.open();
    await untilEnd(deps, exchange, options, out);
  } finally {
    leave();
  }
}

/**
 * Subscribes, and sends what there is. A function of its own: what it has read must not be kept for as long as the
 * watch lasts.
 *
 * @returns what ends the subscription; undefined when the watch cannot begin, of which the client has been told.
 */
async function begin(
  deps: ServerDeps,
  exchange: ResourceExchange,
  options: WatchOptions,
  { selection, relay, out }: { selection: Selection; relay: Relay; out: Out },
): Promise<(() => void) | undefined> {
  const { definition, info } = exchange;
  const past =
    options.start.type === 'after' ? deps.cache.eventsAfter(definition, options.start.revision) : [];
  if (past === undefined) {
    out.send('ERROR', expired('too old resource version: its history is no longer kept; list again').status);
    return undefined;
  }
  const query: PageQuery = { definition, namespace: info.namespace, selection };
  const initial = options.start.type === 'state' ? snapshotOf(deps.cache, query) : undefined;
  // From here on nothing is missed: the past or the state was read in this same turn.
  const unsubscribe = deps.cache.onEvent(definition, relay.take, selection.place);
  try {
    for (const event of past) relay.pass(event);
    const { items } = await select(initial?.objects ?? [], selection, { start: 0, signal: exchange.signal });
    await sendState(items, out);
    if (initial !== undefined && options.start.type === 'state' && options.start.markEnd) {
      out.send('BOOKMARK', bookmark(exchange, initial.revision, { [INITIAL_EVENTS_END]: 'true' }));
    }
    return unsubscribe;
  } catch (error) {
    unsubscribe();
    throw error;
  }
}

type Relay = ReturnType<typeof createRelay>;

/** Holds live events back until the initial ones are out; too many mean that the client reads too slowly. */
function createRelay(matches: (object: AnyObject) => boolean, send: Send, overflow: () => void) {
  let held: CacheEvent[] | undefined = [];
  const pass = (event: CacheEvent): void => {
    const watched = watchedEvent(event, matches);
    if (watched !== undefined) send(watched.type, watched.object);
  };
  return {
    pass,
    take: (event: CacheEvent): void => {
      if (held === undefined) pass(event);
      else if (held.push(event) === WATCH_HELD_EVENTS_MAX) overflow();
    },
    open: (): void => {
      const waiting = held ?? [];
      held = undefined;
      waiting.forEach(pass);
    },
  };
}

/** The state may be large: it is sent as fast as the client reads. */
async function sendState(items: readonly AnyObject[], { writer, send }: Out): Promise<void> {
  for (const item of items) {
    if (writer.closed) return;
    send('ADDED', item);
    await writer.ready();
  }
}

function untilEnd(
  deps: ServerDeps,
  exchange: ResourceExchange,
  options: WatchOptions,
  out: Out,
): Promise<void> {
  if (out.writer.closed) return Promise.resolve();
  const durationMs = options.timeoutMs ?? Math.round(WATCH_DEFAULT_MS * (1 + deps.random.next()));
  return new Promise((resolve) => {
    let cancelBookmark = (): void => undefined;
    const nextBookmark = (): void => {
      cancelBookmark = deps.clock.schedule(BOOKMARK_EVERY_MS, () => {
        out.send('BOOKMARK', bookmark(exchange, deps.cache.revision));
        nextBookmark();
      });
    };
    if (options.bookmarks) nextBookmark();
    const cancelTimeout = deps.clock.schedule(durationMs, end);
    const forget = out.writer.onceClosed(end);
    function end(): void {
      if (options.bookmarks && !out.writer.closed)
        out.send('BOOKMARK', bookmark(exchange, deps.cache.revision));
      cancelTimeout();
      cancelBookmark();
      forget();
      deps.stopping.removeEventListener('abort', end);
      resolve();
    }
    deps.stopping.addEventListener('abort', end, { once: true });
  });
}

function bookmark(
  { served }: ResourceExchange,
  revision: number,
  annotations?: Record<string, string>,
): AnyObject {
  return {
    kind: served.definition.kind,
    apiVersion: apiVersionOf(served.definition),
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null as unknown as string,
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}
