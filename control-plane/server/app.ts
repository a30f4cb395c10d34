// The Koa application: what every request passes, in order: named and measured, let in, authorized, kept within
// bounds, routed.
import Koa from 'koa';
import type { Context, Middleware } from 'koa';
import { anonymousDoor } from './anonymous-door.ts';
import { bulkhead } from './bulkhead.ts';
import type { Bulkhead } from './bulkhead.ts';
import { clockExchange } from './clock-exchange.ts';
import type { ServerDeps } from './deps.ts';
import { exchangeOf } from './exchange-of.ts';
import { observed } from './observed.ts';
import { permit } from './permit.ts';
import { pathRoutes } from './path-routes.ts';
import { answerResource } from './resource-routes.ts';
import { sendAnswer } from './send-answer.ts';
import type { RequestState } from './state.ts';

/** Makes the application; `limits` is shared with the upgrade handler. */
export function createApp(deps: ServerDeps, limits: Bulkhead): Koa<RequestState> {
  const app = new Koa<RequestState>();
  // Errors of streams whose client has left reach Koa here; they are no news.
  app.on('error', (error: unknown) => {
    deps.logger.debug('connection ended early', { error: String(error) });
  });
  app.use(observed(deps));
  app.use(anonymousDoor(deps));
  app.use(permit(deps));
  app.use(clockExchange(deps));
  app.use(bulkhead(limits));
  for (const middleware of pathRoutes(deps)) app.use(middleware);
  app.use(resources(deps));
  return app;
}

function resources(deps: ServerDeps): Middleware<RequestState> {
  return async (context: Context) => {
    const exchange = exchangeOf(context);
    await sendAnswer(context, await answerResource(deps, exchange), exchange.form, deps.metrics);
  };
}
