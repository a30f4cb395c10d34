// The paths that are no resources of a kind: discovery, OpenAPI, version, metrics and whom to scrape, reviews, usage,
// traffic, explanations, the timeline, evaluation of flags, extensions.
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { ServerDeps } from './deps.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { unknownMethod } from './error-answer.ts';
import { exchangeOf } from './exchange-of.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { explanationRoutes } from './explanation-routes.ts';
import { extensionAnswer } from './extension-routes.ts';
import { ofrepRoutes } from './ofrep-routes.ts';
import { openapiRoutes } from './openapi-routes.ts';
import { revealRoutes } from './reveal-route.ts';
import { reviewRoutes } from './reviews.ts';
import { servedVersions } from './served-resources.ts';
import { scrapeTargetRoutes } from './scrape-targets.ts';
import { sendAnswer } from './send-answer.ts';
import type { RequestState } from './state.ts';
import { timelineRoutes } from './timeline-routes.ts';
import { trafficRoutes } from './traffic-routes.ts';
import { usageRoutes } from './usage-routes.ts';
import { versionInfo } from './version.ts';

/** Answers a fixed path. */
export type PathHandler = (
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
) => Answer | Promise<Answer>;

/** Answers the fixed paths; hands on everything else. */
export function pathRoutes(deps: ServerDeps): readonly Middleware<RequestState>[] {
  const router = new Router<RequestState>();
  const get = (path: string, handler: PathHandler): void => {
    router.get(path, (context: Context) => answered(deps, context, handler));
  };
  const evaluations = deps.metrics.flagEvaluations;
  get('/version', () => valueAnswer(versionInfo()));
  get('/metrics', async () => ({
    type: 'text',
    status: 200,
    contentType: deps.metrics.registry.contentType,
    text: `${await deps.metrics.registry.metrics()}\n${evaluations.text()}`,
  }));
  scrapeTargetRoutes(get, deps);
  discoveryRoutes(get, servedVersions(deps));
  openapiRoutes(get);
  usageRoutes(get, deps);
  trafficRoutes(get, deps);
  explanationRoutes(get, deps);
  timelineRoutes(get, deps);
  const post = (path: string, handler: PathHandler): void => {
    router.post(path, (context: Context) => answered(deps, context, handler));
  };
  reviewRoutes(post, deps);
  revealRoutes(get, post, deps);
  ofrepRoutes(get, post, { ...deps, evaluations });
  for (const extension of deps.extensions ?? []) {
    if (extension.access !== 'authorized' || extension.answer === undefined) continue;
    router.all(extension.path, (context: Context) =>
      extensionAnswer(extension, context, exchangeOf(context)),
    );
  }
  return [router.routes() as unknown as Middleware<RequestState>, refuseMethods(router)].map(exceptKinds);
}

/** No fixed path names an object or a list of a kind: most requests need not be compared with all of them. */
function exceptKinds(route: Middleware<RequestState>): Middleware<RequestState> {
  return async (context, next) => {
    const { definition, subresource } = context.state.info;
    await (definition !== undefined && subresource === '' ? next() : route(context, next));
  };
}

/** A fixed path that has not answered does not know the method. */
function refuseMethods(router: Router<RequestState>): Middleware<RequestState> {
  return async (context, next) => {
    if (router.match(context.path, context.method).path.length > 0) throw unknownMethod();
    await next();
  };
}

async function answered(deps: ServerDeps, context: Context, handler: PathHandler): Promise<void> {
  const exchange = exchangeOf(context);
  const parameters = (context['params'] ?? {}) as Record<string, string>;
  await sendAnswer(context, await handler(exchange, parameters), exchange.form, deps.metrics);
}
