// Connecting subresources as plain requests (`log`); upgrades take the same checks in upgrade.ts.
import { notFound } from '@gantry/api/status-error';
import { badRequest } from '@gantry/api/status-error';
import { childAbort } from '@gantry/kit/child-abort';
import type { ConnectTarget } from './connect.ts';
import type { ServerDeps } from './deps.ts';
import { unknownPath } from './error-answer.ts';
import type { Answer, Exchange, ResourceExchange } from './exchange.ts';
import { freshen } from './freshen.ts';

/** Answers a request to connect that is no upgrade. */
export async function answerConnect(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { connect } = deps;
  if (connect === undefined) throw unknownPath();
  const target = await connectTarget(deps, exchange);
  if (connect.subresources[target.subresource] === 'create') {
    throw badRequest(`${target.subresource} needs an upgraded connection (WebSocket or SPDY)`);
  }
  return {
    type: 'stream',
    async run(response) {
      // A log that is followed would hold up a server that stops.
      const end = childAbort(exchange.signal, deps.stopping);
      try {
        await connect.answer({ ...target, signal: end.signal }, response);
      } finally {
        end.release();
      }
    },
  };
}

/** What is to be connected with. @throws StatusError 404 when the object does not exist. */
export async function connectTarget(
  deps: Pick<ServerDeps, 'cache'>,
  exchange: Exchange,
): Promise<ConnectTarget> {
  const { info, query, user, requestId, signal } = exchange;
  const { definition } = info;
  if (definition === undefined) throw unknownPath();
  await freshen(deps.cache, { type: 'newest' }, signal);
  const object = deps.cache.get(definition, info);
  if (object === undefined) throw notFound(definition, info.name);
  return { definition, object, subresource: info.subresource, query, user, requestId, signal };
}
