// Makes the Koa-free view of a request that handlers work with.
import type { Context } from 'koa';
import type { Exchange } from './exchange.ts';
import { WARNINGS_MAX } from './limits.ts';
import { answerForm } from './media-type.ts';
import { readBody } from './request-body.ts';
import type { RequestState } from './state.ts';

/** The exchange of a request that `observed` and `permit` have prepared. */
export function exchangeOf(context: Context): Exchange {
  const state = context.state as RequestState;
  return {
    info: state.info,
    query: state.query,
    headers: context.headers,
    user: state.user,
    requestId: state.requestId,
    signal: abortedWithClient(context),
    form: () => answerForm(context.headers.accept),
    readBody: () => readBody(context.req),
    warn: (sentence) => {
      if (state.warnings.size < WARNINGS_MAX) state.warnings.add(sentence);
    },
  };
}

/** One signal a request, made when first asked for. */
function abortedWithClient(context: Context): AbortSignal {
  const controller = new AbortController();
  context.res.once('close', () => {
    if (!context.res.writableFinished) controller.abort();
  });
  return controller.signal;
}
