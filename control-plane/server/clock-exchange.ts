// Agents and this replica tell each other their time beside every request: what an agent does after an answer is ordered
// after what the answer told, whatever its wall clock says.
import { CLOCK_AHEAD_HEADER, CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import { formatHybrid, parseHybrid } from '@gantry/kit/hybrid-time';
import type { Middleware } from 'koa';
import { nodeOfUser } from '../auth/node-authorizer.ts';
import type { ServerDeps } from './deps.ts';
import type { RequestState } from './state.ts';

/** Only agents are heard: a clock that is moved by anybody is nobody's clock. */
export function clockExchange({ timeline }: Pick<ServerDeps, 'timeline'>): Middleware<RequestState> {
  return async (context, next) => {
    const sent = context.headers[CLOCK_HEADER];
    const heard = typeof sent === 'string' && nodeOfUser(context.state.user) !== undefined ? parseHybrid(sent) : undefined;
    if (heard === undefined) return next();
    const aheadMs = timeline.hybrid.receive(heard);
    if (aheadMs > 0) context.set(CLOCK_AHEAD_HEADER, String(Math.round(aheadMs)));
    // Streams send their head at once; other answers have the time of their end.
    context.set(CLOCK_HEADER, formatHybrid(timeline.hybrid.now()));
    await next();
    if (!context.res.headersSent) context.set(CLOCK_HEADER, formatHybrid(timeline.hybrid.now()));
  };
}
