// Bounds on what is under way at once, for each user and for all: one client in a loop must not starve the rest.
import { tooManyRequests } from '@gantry/api/status-error';
import { ofrepRequestOf } from '@gantry/api/flags/ofrep-paths';
import type { Middleware } from 'koa';
import { REQUESTS_MAX, REQUESTS_PER_USER_MAX, WATCHES_MAX, WATCHES_PER_USER_MAX } from './limits.ts';
import type { ServerMetrics } from './metrics.ts';
import type { RequestInfo } from './request-info.ts';
import type { RequestState } from './state.ts';

/** Requests end soon; watches and connections stay. */
export type Kind = 'request' | 'watch';

/** Counts what is under way. */
export interface Bulkhead {
  /** @returns what ends it again. @throws StatusError 429. */
  enter(user: string, kind: Kind): () => void;
  /** Whether `enter` would let in. */
  hasRoom(user: string, kind: Kind): boolean;
}

/** The figures, so that tests can reach them. */
export interface BulkheadLimits {
  request: { perUser: number; all: number };
  watch: { perUser: number; all: number };
}

const LIMITS: BulkheadLimits = {
  request: { perUser: REQUESTS_PER_USER_MAX, all: REQUESTS_MAX },
  watch: { perUser: WATCHES_PER_USER_MAX, all: WATCHES_MAX },
};

/** Makes one for a server. */
export function createBulkhead(metrics: ServerMetrics, limits: BulkheadLimits = LIMITS): Bulkhead {
  const all = { request: 0, watch: 0 };
  const users = { request: new Map<string, number>(), watch: new Map<string, number>() };
  const hasRoom = (user: string, kind: Kind): boolean =>
    (users[kind].get(user) ?? 0) < limits[kind].perUser && all[kind] < limits[kind].all;
  return {
    hasRoom,
    enter(user, kind) {
      const mine = users[kind].get(user) ?? 0;
      if (!hasRoom(user, kind)) {
        metrics.limitsReached.inc({ limit: `${kind}s` });
        const whose = mine >= limits[kind].perUser ? `of user "${user}"` : 'of all users';
        throw tooManyRequests(`too many ${kind}s ${whose} under way, please try again later`, 1);
      }
      users[kind].set(user, mine + 1);
      metrics.requestsInFlight.set({ kind }, ++all[kind]);
      return onlyOnce(() => {
        const left = (users[kind].get(user) ?? 1) - 1;
        if (left === 0) users[kind].delete(user);
        else users[kind].set(user, left);
        metrics.requestsInFlight.set({ kind }, --all[kind]);
      });
    },
  };
}

function onlyOnce(task: () => void): () => void {
  let done = false;
  return () => {
    if (!done) task();
    done = true;
  };
}

/** Counts each request for as long as its handler runs. */
export function bulkhead(limits: Bulkhead): Middleware<RequestState> {
  return async (context, next) => {
    const { user, info } = context.state;
    const leave = limits.enter(user.name, isLasting(info) ? 'watch' : 'request');
    try {
      await next();
    } finally {
      leave();
    }
  };
}

/** Streams of flag changes stay like watches. */
export function isLasting({ verb, path }: Pick<RequestInfo, 'verb' | 'path'>): boolean {
  return verb === 'watch' || (verb === 'get' && ofrepRequestOf(path)?.type === 'stream');
}
