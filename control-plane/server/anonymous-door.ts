// What is answered without knowing who asks: health, and extensions that check their callers themselves.
import type { Middleware } from 'koa';
import type { ServerDeps } from './deps.ts';
import { exchangeOf } from './exchange-of.ts';
import { extensionAnswer, findExtension } from './extension-routes.ts';
import { healthAnswer, HEALTH_PATHS } from './health.ts';
import { JSON_FORM } from './media-type.ts';
import { sendAnswer } from './send-answer.ts';
import type { RequestState } from './state.ts';

/** Answers open paths; hands on everything else. */
export function anonymousDoor(deps: ServerDeps): Middleware<RequestState> {
  return async (context, next) => {
    const { path } = context.state.info;
    if (HEALTH_PATHS.has(path) && (context.method === 'GET' || context.method === 'HEAD')) {
      const answer = healthAnswer(path, context.state.query, deps.health);
      await sendAnswer(context, answer, () => JSON_FORM, deps.metrics);
      return;
    }
    const extension = findExtension(deps.extensions, path);
    if (extension?.access === 'anonymous') await extensionAnswer(extension, context, exchangeOf(context));
    else await next();
  };
}
