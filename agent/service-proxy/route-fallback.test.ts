// What a node routes by when HAProxy refuses the newest routes: the newest that it took, and the newest again later.
import test from 'ava';
import type { ProxyService, ProxyState } from './proxy-state.ts';
import { REFUSED_FOR_MS, RouteFallback } from './route-fallback.ts';
import { NO_ROUTES, type RouteState } from './routes/routing.ts';

/** Routes with one TCP port: another port is another routing. */
function routes(port: number): RouteState {
  return {
    ...NO_ROUTES,
    routing: { ...NO_ROUTES.routing, frontends: [{ port, protocol: 'tcp', rule: 'r1' }] },
  };
}

const stateOf = (of: RouteState, services: readonly ProxyService[] = []): ProxyState => ({
  ...{ services, datagrams: [], issues: [] },
  routes: of,
});
const good = stateOf(routes(1));
const bad = stateOf(routes(2));

/** One that has taken `good`. */
function afterGood(): RouteFallback {
  const fallback = new RouteFallback();
  fallback.accepted(good, good);
  return fallback;
}

test('as long as nothing is refused the newest routes count', (t) => {
  const fallback = afterGood();
  t.is(fallback.choose(bad, 0), bad);
  t.is(fallback.fault, undefined);
});

test('what is refused gives way to the newest that was taken, with the newest Services', (t) => {
  const fallback = afterGood();
  const services = [{ key: 'a/b/80' } as ProxyService];
  const instead = fallback.refuse(stateOf(bad.routes, services), 'bad rule', 0);
  t.is(instead?.routes, good.routes);
  t.is(instead?.services, services);
  t.is(fallback.fault, 'bad rule');
  t.is(fallback.choose(bad, 1_000).routes, good.routes);
});

test('what was refused is tried again after a minute', (t) => {
  const fallback = afterGood();
  fallback.refuse(bad, 'bad rule', 0);
  t.is(fallback.choose(bad, REFUSED_FOR_MS - 1).routes, good.routes);
  t.is(fallback.choose(bad, REFUSED_FOR_MS), bad);
});

test('other routes are tried at once', (t) => {
  const fallback = afterGood();
  fallback.refuse(bad, 'bad rule', 0);
  const next = stateOf(routes(3));
  t.is(fallback.choose(next, 1), next);
  fallback.accepted(next, next);
  t.is(fallback.fault, undefined);
  t.is(fallback.refuse(bad, 'bad rule', 2)?.routes, next.routes);
});

test('that older routes are taken meanwhile does not end the fault', (t) => {
  const fallback = afterGood();
  const instead = fallback.refuse(bad, 'bad rule', 0);
  if (instead === undefined) return t.fail('there is something else');
  fallback.accepted(instead, bad);
  t.is(fallback.fault, 'bad rule');
  fallback.accepted(bad, bad);
  t.is(fallback.fault, undefined);
});

test('when what was taken before is refused too, none are left; then it is no fault of routes', (t) => {
  const fallback = afterGood();
  const instead = fallback.refuse(good, 'port lost', 0);
  t.is(instead?.routes, NO_ROUTES);
  t.is(fallback.refuse(stateOf(NO_ROUTES), 'anything', 1), undefined);
});

test('the first routes of all that are refused leave none', (t) => {
  const fallback = new RouteFallback();
  t.is(fallback.refuse(bad, 'bad rule', 0)?.routes, NO_ROUTES);
  t.is(new RouteFallback().refuse(stateOf(NO_ROUTES), 'anything', 0), undefined);
});
