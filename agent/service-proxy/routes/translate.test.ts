// What becomes of Gateways, routes and Ingresses, as data.
import test from 'ava';
import fc from 'fast-check';
import type { HTTPRouteMatch } from '@gantry/api/kinds/http-route';
import type { ReferenceGrant } from '@gantry/api/kinds/reference-grant';
import { describeIssue, proxyStateOf, type ProxyState } from '../proxy-state.ts';
import { aGateway, anIngress, aRoute, aTcpRoute, lists, routeLists } from '../test-routes.ts';
import { aService, aSlice, clusters } from '../test-services.ts';
import type { RouteLists } from './route-lists.ts';
import type { HttpFrontend } from './routing.ts';

const listener = { name: 'http', port: 80, protocol: 'HTTP' };
const web = aService('web', '10.96.0.1');
const db = aService('db', '10.96.0.2', { name: 'db', port: 5432 });
const ref = { name: 'web', port: 80 };

function stateOf(
  parts: Partial<RouteLists>,
  holder: (port: number) => string | undefined = () => undefined,
): ProxyState {
  return proxyStateOf([web, db], [aSlice('web', ['10.244.0.1'])], { lists: lists(parts), holder });
}
const frontend = (state: ProxyState, port = 80): HttpFrontend =>
  state.routes.routing.frontends.find((one) => one.port === port) as HttpFrontend;
const told = (state: ProxyState): string => state.issues.map(describeIssue).join('\n');

test('rules are in the order of Gateway API, whatever order they were written in', (t) => {
  const matches: HTTPRouteMatch[] = [
    {},
    { path: { type: 'PathPrefix', value: '/a' } },
    { path: { type: 'PathPrefix', value: '/a/long' } },
    { path: { type: 'RegularExpression', value: '/a.*' } },
    { path: { type: 'Exact', value: '/a' }, headers: [{ name: 'X', value: '1' }] },
    { path: { type: 'Exact', value: '/a' } },
    { path: { type: 'Exact', value: '/a' }, method: 'GET' },
  ];
  const gateways = [aGateway('gw', [listener])];
  const rules = matches.map((match) => ({ matches: [match], backendRefs: [ref] }));
  const state = stateOf({
    gateways,
    httpRoutes: [aRoute('any', rules), aRoute('host', [{}], { hostnames: ['a.example', '*.example'] })],
  });
  t.deepEqual(
    frontend(state).entries.map(({ host, path, method, headers }) => [
      host,
      path.type,
      path.value,
      method,
      headers.length,
    ]),
    [
      ['a.example', 'prefix', '', undefined, 0],
      ['*.example', 'prefix', '', undefined, 0],
      ['', 'exact', '/a', 'GET', 0],
      ['', 'exact', '/a', undefined, 1],
      ['', 'exact', '/a', undefined, 0],
      ['', 'regex', '/a.*', undefined, 0],
      ['', 'prefix', '/a/long', undefined, 0],
      ['', 'prefix', '/a', undefined, 0],
      ['', 'prefix', '', undefined, 0],
    ],
  );
});

test('a backend that is missing, not allowed or of another kind has a share that leads nowhere', (t) => {
  const refs = [
    ref,
    { name: 'nobody', port: 80 },
    { name: 'web', port: 81 },
    { name: 'web', port: 80, namespace: 'other' },
    { name: 'x', kind: 'Bucket', group: 'example.com' },
  ];
  const state = stateOf({
    gateways: [aGateway('gw', [listener])],
    httpRoutes: [aRoute('r', [{ backendRefs: refs }])],
  });
  t.deepEqual(
    [...state.routes.shares.values()][0]?.map(({ service }) => service),
    ['shop/web/80', undefined, undefined, undefined, undefined],
  );
});

test('a grant opens another namespace', (t) => {
  const grant: ReferenceGrant = {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'g', namespace: 'shop' },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'front' }],
      to: [{ group: '', kind: 'Service', name: 'web' }],
    },
  };
  const route = aRoute('r', [{ backendRefs: [{ ...ref, namespace: 'shop' }] }], {
    parentRefs: [{ name: 'gw', namespace: 'shop' }],
  });
  const foreign = { ...route, metadata: { name: 'r', namespace: 'front' } };
  const open = { ...listener, allowedRoutes: { namespaces: { from: 'All' as const } } };
  const serviceOf = (grants: ReferenceGrant[]): unknown =>
    [
      ...stateOf({
        gateways: [aGateway('gw', [open])],
        httpRoutes: [foreign],
        grants,
      }).routes.shares.values(),
    ][0]?.[0]?.service;
  t.is(serviceOf([]), undefined);
  t.is(serviceOf([grant]), 'shop/web/80');
  t.is(stateOf({ gateways: [aGateway('gw', [listener])], httpRoutes: [foreign] }).routes.shares.size, 0);
});

test('HTTP to a port that is not said to speak it, and TCP to one that is, have backends of their own', (t) => {
  const state = stateOf({
    gateways: [aGateway('gw', [listener, { name: 'tcp', port: 81, protocol: 'TCP' }])],
    httpRoutes: [aRoute('r', [{ backendRefs: [{ name: 'db', port: 5432 }] }])],
    tcpRoutes: [aTcpRoute('t', 'web', 80, 'tcp')],
  });
  t.deepEqual(
    state.services.map(({ key, mode }) => [key, mode]),
    [
      ['http:shop/db/5432', 'http'],
      ['shop/db/5432', 'tcp'],
      ['shop/web/80', 'http'],
      ['tcp:shop/web/80', 'tcp'],
    ],
  );
});

test('a listener whose port is held, or clashes with an older one, is left out and told; the others go on', (t) => {
  const older = {
    ...aGateway('old', [{ name: 'x', port: 81, protocol: 'TCP' }]),
    metadata: { name: 'old', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const gateway = {
    ...aGateway('gw', [
      listener,
      { ...listener, name: 'clash', port: 81 },
      { ...listener, name: 'held', port: 82 },
    ]),
    metadata: { name: 'gw', namespace: 'shop', creationTimestamp: '2026-01-02T00:00:00Z' },
  };
  const state = stateOf({ gateways: [gateway, older], httpRoutes: [aRoute('r', [{}])] }, (port) =>
    port === 82 ? 'nginx' : undefined,
  );
  t.deepEqual(
    state.routes.routing.frontends.map(({ port }) => port),
    [80],
  );
  t.regex(told(state), /listener clash: port 81 is that of listener "x" of Gateway shop\/old/);
  t.regex(told(state), /listener held: port 82 is held by nginx/);
});

test('a route that breaks the rules of its kind is passed over whole and told', (t) => {
  const bad = aRoute('bad', [{ matches: [{ path: { type: 'PathPrefix', value: '/a\nglobal' } }] }]);
  const state = stateOf({ gateways: [aGateway('gw', [listener])], httpRoutes: [bad] });
  t.is(frontend(state).entries.length, 0);
  t.regex(told(state), /HTTPRoute shop\/bad is passed over: spec.rules\[0\]/);
});

test('an Ingress has its hosts on port 80, and its default backend takes the rest', (t) => {
  const state = stateOf({
    ingresses: [
      anIngress('i', {
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
        rules: [
          {
            host: 'a.example',
            http: {
              paths: [
                {
                  path: '/x',
                  pathType: 'Exact',
                  backend: { service: { name: 'web', port: { name: 'http' } } },
                },
              ],
            },
          },
        ],
      }),
    ],
  });
  t.deepEqual(
    frontend(state).entries.map(({ host, path }) => `${host} ${path.type} ${path.value}`),
    ['a.example exact /x', 'a.example prefix ', ' prefix '],
  );
  t.true([...state.routes.shares.values()].every(([share]) => share?.service === 'shop/web/80'));
});

test('Gateways and Ingresses of other classes are not ours', (t) => {
  const gateway = aGateway('gw', [listener]);
  const state = stateOf({
    gateways: [{ ...gateway, spec: { ...gateway.spec, gatewayClassName: 'istio' } }],
    httpRoutes: [aRoute('r', [{}])],
    ingresses: [
      anIngress('i', {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      }),
    ],
  });
  t.deepEqual(state.routes.routing.frontends, []);
});

test('the order of lists does not matter', (t) => {
  fc.assert(
    fc.property(clusters, routeLists, ({ services, slices }, given) => {
      const holder = (): undefined => undefined;
      const one = proxyStateOf(services, slices, { lists: given, holder });
      const reversed = {
        ...given,
        httpRoutes: given.httpRoutes.toReversed(),
        gateways: given.gateways.toReversed(),
      };
      t.deepEqual(proxyStateOf(services, slices, { lists: reversed, holder }).routes, one.routes);
    }),
  );
});
