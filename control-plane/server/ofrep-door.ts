// The short way of the request that comes most: one flag, from somebody who may have it evaluated. What it does is what the
// long way does, without what only other requests need; whatever is not in order is left to the long way before a byte of
// the body is read, so that refusals are written in one place.
import { CONTEXT_BYTES_MAX } from '@gantry/api/flags/limits';
import { ofrepFailure, type OfrepAnswer } from '@gantry/api/flags/ofrep';
import { ofrepRequestOf } from '@gantry/api/flags/ofrep-paths';
import { CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import { readSmallBody } from '@gantry/kit/small-body';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bulkhead } from './bulkhead.ts';
import type { ServerDeps } from './deps.ts';
import { statusFor } from './error-answer.ts';
import { reportRequest } from './observed.ts';
import { authorizeFlags, flagEvaluator, type EvaluateFlags } from './ofrep-routes.ts';
import { authorize, identify } from './permit.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';
import { requestInfo } from './request-info.ts';
import type { RequestState } from './state.ts';

/** Answers a request as Node has it. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

type Deps = Pick<ServerDeps, 'cache' | 'clock' | 'security' | 'metrics' | 'ids' | 'logger'>;
type Passed = Pick<RequestState, 'info' | 'requestId' | 'user'>;

interface Asked {
  namespace: string;
  key: string;
}

const PLAIN_JSON = /^application\/json(; ?charset=utf-8)?$/i;
const NO_QUERY = new URLSearchParams();

/** @param longWay takes every other request. */
export function ofrepDoor(deps: Deps, limits: Bulkhead, longWay: Handle): Handle {
  const evaluate = flagEvaluator({ ...deps, evaluations: deps.metrics.flagEvaluations });
  return (request, response) => {
    const asked = askedOf(request);
    if (asked === undefined) return longWay(request, response);
    const startedMs = performance.now();
    void letIn(deps, limits, asked, request).then((found) => {
      if (found === undefined) return longWay(request, response);
      const { passed, leave } = found;
      // A client that leaves amid its answer is no news.
      response.on('error', ignore);
      const end = (answer: OfrepAnswer): void => {
        leave();
        send(request, response, passed.requestId, answer);
        deps.metrics.bytesSent.inc(answer.text.length);
        const ms = performance.now() - startedMs;
        reportRequest(deps, passed, { method: 'POST', code: answer.status, ms });
      };
      readSmallBody(
        request,
        CONTEXT_BYTES_MAX,
        (body) => end(evaluated(deps, evaluate, asked, passed, body)),
        () => end(ofrepFailure(400, 'the body did not arrive whole')),
      );
    });
  };
}

/** The flag, where the request is of the plainest kind. */
function askedOf({ method, url = '', headers }: IncomingMessage): Asked | undefined {
  if (method !== 'POST' || url.includes('?')) return undefined;
  const asked = ofrepRequestOf(url);
  if (asked?.type !== 'evaluate' || asked.key === undefined || asked.key.includes('/')) return undefined;
  const isPlain =
    (headers['content-encoding'] ?? 'identity') === 'identity' &&
    PLAIN_JSON.test(headers['content-type'] ?? 'application/json') &&
    headers[CLOCK_HEADER] === undefined;
  return isPlain ? { namespace: asked.namespace, key: asked.key } : undefined;
}

/** Undefined where anything speaks against it: the long way finds the same, and says it. */
async function letIn(
  { security, ids }: Deps,
  limits: Bulkhead,
  { namespace }: Asked,
  request: IncomingMessage,
): Promise<{ passed: Passed; leave: () => void } | undefined> {
  const info = requestInfo('POST', request.url ?? '', NO_QUERY);
  if (info === undefined) return undefined;
  try {
    const user = await identify(security, request);
    authorize(security, user, info);
    authorizeFlags({ security }, { user, info }, namespace);
    if (!limits.hasRoom(user.name, 'request')) return undefined;
    const requestId = requestIdOf(request.headers['x-request-id'], ids);
    return { passed: { info, user, requestId }, leave: limits.enter(user.name, 'request') };
  } catch {
    return undefined;
  }
}

function evaluated(
  { logger }: Deps,
  evaluate: EvaluateFlags,
  asked: Asked,
  { requestId }: Passed,
  body: Buffer | undefined,
): OfrepAnswer {
  try {
    return evaluate(asked, body);
  } catch (error) {
    const { code, message = '' } = statusFor(error, requestId, logger);
    return ofrepFailure(code, message);
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { status, text, headers }: OfrepAnswer,
): void {
  if (response.destroyed) return;
  // The rest of a body that nobody has read would be taken for the next request.
  const close = request.complete ? {} : { Connection: 'close' };
  response.writeHead(status, {
    ...{ [REQUEST_ID_HEADER]: requestId, 'Cache-Control': 'no-cache, private' },
    ...{ ...headers, ...close, 'Content-Length': Buffer.byteLength(text) },
  });
  response.end(text);
}

function ignore(): void {
  // Nothing follows from it.
}
