// What the middlewares hand on along one request.
import type { RequestInfo } from './request-info.ts';
import type { User } from './security.ts';

/** Koa's `ctx.state`. */
export interface RequestState {
  requestId: string;
  info: RequestInfo;
  query: URLSearchParams;
  user: User;
  warnings: Set<string>;
}
