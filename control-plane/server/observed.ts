// The outermost middleware: gives the request its id, measures it, and turns whatever fails into a Status.
import type { Status } from '@gantry/api/status-error';

import { ofrepFailure } from '@gantry/api/flags/ofrep';
import { isOfrepPath } from '@gantry/api/flags/ofrep-paths';
import { formatWarning } from '@gantry/api/warning-header';
import type { Context, Middleware } from 'koa';
import { isLasting } from './bulkhead.ts';
import type { ServerDeps } from './deps.ts';
import { statusFor, unknownPath } from './error-answer.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';
import { requestInfo } from './request-info.ts';
import { ANONYMOUS } from './security.ts';
import type { RequestState } from './state.ts';

/** Prepares `ctx.state` and answers what fails. */
export function observed(deps: ServerDeps): Middleware<RequestState> {
  return async (context, next) => {
    const startedMs = performance.now();
    const state = prepare(deps, context);
    context.set(REQUEST_ID_HEADER, state.requestId);
    try {
      if (state.info.path === '') throw unknownPath();
      await next();
      setWarnings(context, state.warnings);
    } catch (error) {
      answerFailure(context, statusFor(error, state.requestId, deps.logger), state);
    }
    reportRequest(deps, state, {
      method: context.method,
      code: context.res.headersSent ? context.res.statusCode : context.status,
      ms: performance.now() - startedMs,
    });
  };
}

function prepare(deps: ServerDeps, context: Context): RequestState {
  const requestId = requestIdOf(context.headers['x-request-id'], deps.ids);
  const query = new URLSearchParams(context.querystring);
  const none = new URLSearchParams();
  const info = requestInfo(context.method, context.path, query) ?? requestInfo(context.method, '', none);
  if (info === undefined) throw new Error('an empty path can always be read');
  return Object.assign(context.state, {
    requestId,
    query,
    info,
    user: ANONYMOUS,
    warnings: new Set<string>(),
  });
}

function setWarnings(context: Context, warnings: ReadonlySet<string>): void {
  if (warnings.size === 0 || context.res.headersSent) return;
  context.set(
    'Warning',
    [...warnings].map((sentence) => latin1(formatWarning(sentence))),
  );
}

/** Header values cannot carry more than Latin-1. */
const latin1 = (text: string): string => text.replace(/[^\x20-\xff]/g, '?');

function answerFailure(context: Context, status: Status, state: RequestState): void {
  if (context.res.headersSent) {
    // Half an answer must not look like a whole one.
    context.res.destroy();
    return;
  }
  context.respond = true;
  context.status = status.code;
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined) context.set('Retry-After', String(retry));
  if (status.code === 401) context.set('WWW-Authenticate', 'Bearer realm="gantry"');
  // The rest of a body that nobody has read would be taken for the next request.
  if (!context.req.complete) context.set('Connection', 'close');
  setWarnings(context, state.warnings);
  context.remove('Content-Encoding');
  context.set('Content-Type', 'application/json');
  // OpenFeature's providers know nothing of a Status.
  context.body = isOfrepPath(state.info.path)
    ? ofrepFailure(status.code, status.message ?? '').text
    : `${JSON.stringify(status)}\n`;
}

/** Counts a request and its time, and has a line of it in the log. */
export function reportRequest(
  { metrics, logger }: Pick<ServerDeps, 'metrics' | 'logger'>,
  { info, requestId, user }: Pick<RequestState, 'info' | 'requestId' | 'user'>,
  { method, code, ms }: { method: string; code: number; ms: number },
): void {
  const verb = knownVerb(info.verb);
  const resource = info.definition === undefined ? '' : info.resource;
  const subresource = info.definition === undefined ? '' : knownSubresource(info.subresource);
  metrics.requests.inc({ verb, resource, subresource, code: String(code) });
  if (!isLasting(info)) metrics.requestSeconds.observe({ verb, resource }, ms / 1000);
  const level = code >= 500 ? 'warn' : 'debug';
  const fields = { requestId, user: user.name, method, path: info.path, code: String(code) };
  logger[level]('request', { ...fields, ms: Math.round(ms * 10) / 10 });
}

const VERBS = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'post',
  'put',
]);
const SUBRESOURCES = new Set([
  'status',
  'scale',
  'log',
  'exec',
  'attach',
  'portforward',
  'eviction',
  'binding',
]);

/** Clients must not be able to make new time series by inventing words. */
const knownVerb = (verb: string): string => (VERBS.has(verb) ? verb : 'other');
const knownSubresource = (name: string): string => (name === '' || SUBRESOURCES.has(name) ? name : 'other');
