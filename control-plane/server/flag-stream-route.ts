// The stream of flag changes: server-sent events until the client leaves, its time is up, it does not read, or the
// server stops.
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { resourceIdOf } from '@gantry/api/definition';
import { FlagStreams, flagConfigTag, STREAM_TYPE } from '@gantry/api/flags/flag-streams';
import { STREAM_BUFFER_BYTES_MAX } from '@gantry/api/flags/limits';
import { nextMomentMs } from '@gantry/api/flags/schedules';
import type { ServerResponse } from 'node:http';
import { boundedWriter } from './bounded-writer.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { WATCH_DEFAULT_MS } from './limits.ts';

type Deps = Pick<ServerDeps, 'cache' | 'clock' | 'metrics' | 'random' | 'stopping'>;

const RESOURCE = { resource: `${resourceIdOf(featureFlagKind)}/stream` };

/** Makes the handler; the streams of all clients are told of a change together. */
export function flagStreamRoute(deps: Deps): (exchange: Exchange, namespace: string) => Answer {
  const { cache, clock, stopping } = deps;
  const flagsOf = (namespace: string) => cache.list<FeatureFlag>(featureFlagKind, namespace);
  const streams = new FlagStreams({
    clock,
    tagOf: (namespace) => flagConfigTag(flagsOf(namespace), clock.nowMs()),
    nextMomentMs: (namespace) => nextMomentMs(flagsOf(namespace), clock.nowMs()),
  });
  const unsubscribe = cache.onEvent(featureFlagKind, ({ object }) =>
    streams.changed(object.metadata.namespace ?? ''),
  );
  const stop = (): void => {
    unsubscribe();
    streams.close();
  };
  stopping.addEventListener('abort', stop, { once: true });
  return (exchange, namespace) => ({
    type: 'stream',
    run: (response) => serve(deps, streams, namespace, { exchange, response }),
  });
}

async function serve(
  { metrics, clock, random, stopping }: Deps,
  streams: FlagStreams,
  namespace: string,
  { exchange, response }: { exchange: Exchange; response: ServerResponse },
): Promise<void> {
  const writer = boundedWriter(response, STREAM_BUFFER_BYTES_MAX, () =>
    metrics.limitsReached.inc({ limit: 'flag-stream-buffer' }),
  );
  response.writeHead(200, { 'Content-Type': STREAM_TYPE, 'Cache-Control': 'no-cache, private' });
  metrics.watches.inc(RESOURCE);
  await new Promise<void>((resolve) => {
    const leave = streams.open(namespace, lastEventIdOf(exchange), {
      write: (text) => writer.write(text),
      end,
    });
    // Its user may have lost the right meanwhile: who stays has to come back now and then.
    const cancel = clock.schedule(Math.round(WATCH_DEFAULT_MS * (1 + random.next())), end);
    function end(): void {
      leave();
      cancel();
      response.off('close', end);
      resolve();
    }
    response.once('close', end);
    if (stopping.aborted) end();
  });
  metrics.watches.dec(RESOURCE);
  response.end();
}

function lastEventIdOf({ headers }: Exchange): string | undefined {
  const sent = headers['last-event-id'];
  return typeof sent === 'string' && sent !== '' ? sent : undefined;
}
