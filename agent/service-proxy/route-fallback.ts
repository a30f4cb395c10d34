// What a node routes by when HAProxy does not take what routes ask for: the newest that it took. So one bad route, or a
// port that is lost between a look and a bind, never stops what Services and other routes need. Pure but for its memory.
import type { ProxyState } from './proxy-state.ts';
import { NO_ROUTES, routingKey, type RouteState } from './routes/routing.ts';

/** What was refused may be taken later: a port is free again. */
export const REFUSED_FOR_MS = 60_000;

export class RouteFallback {
  #good: RouteState = NO_ROUTES;
  #refused: { key: string; untilMs: number; message: string } | undefined;

  /** The state to go for now. */
  choose(state: ProxyState, nowMs: number): ProxyState {
    const refused = this.#refused;
    const key = routingKey(state.routes.routing);
    if (refused === undefined || refused.key !== key || nowMs >= refused.untilMs) return state;
    return this.#withGood(state);
  }

  accepted({ routes }: ProxyState, wanted: ProxyState): void {
    this.#good = routes;
    if (routes === wanted.routes) this.#refused = undefined;
  }

  /** @returns what to go for instead; undefined when there is nothing else: then it is no fault of routes. */
  refuse(state: ProxyState, message: string, nowMs: number): ProxyState | undefined {
    const key = routingKey(state.routes.routing);
    if (key === routingKey(this.#good.routing)) {
      if (key === routingKey(NO_ROUTES.routing)) return undefined;
      this.#good = NO_ROUTES;
    }
    this.#refused = { key, untilMs: nowMs + REFUSED_FOR_MS, message };
    return this.#withGood(state);
  }

  /** Why older routes are in force; undefined when the newest are. */
  get fault(): string | undefined {
    return this.#refused?.message;
  }

  #withGood(state: ProxyState): ProxyState {
    return { ...state, routes: this.#good };
  }
}
