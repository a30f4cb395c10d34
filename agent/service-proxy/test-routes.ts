// Gateways and routes for tests: plain ones, and hostile ones by chance.
import fc from 'fast-check';
import { GATEWAY_CONTROLLER } from '@gantry/api/kinds/gateway-class';
import type { Gateway } from '@gantry/api/kinds/gateway';
import type { HTTPRoute, HTTPRouteRule } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { Secret } from '@gantry/api/kinds/secret';
import type { TCPRoute } from '@gantry/api/kinds/tcp-route';
import { NO_ROUTE_LISTS, type RouteLists } from './routes/route-lists.ts';
import { evil } from './test-services.ts';

const GROUP = 'gateway.networking.k8s.io';

/** Classes of ours, and what is given. */
export function lists(parts: Partial<RouteLists>): RouteLists {
  return {
    ...NO_ROUTE_LISTS,
    classes: [
      {
        apiVersion: `${GROUP}/v1`,
        kind: 'GatewayClass',
        metadata: { name: 'gantry' },
        spec: { controllerName: GATEWAY_CONTROLLER },
      },
    ],
    ingressClasses: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'gantry' },
        spec: { controller: GATEWAY_CONTROLLER },
      },
    ],
    ...parts,
  };
}

export function aGateway(name: string, listeners: Gateway['spec']['listeners']): Gateway {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Gateway',
    metadata: { name, namespace: 'shop' },
    spec: { gatewayClassName: 'gantry', listeners },
  };
}

/** Belongs to the Gateway `gw` unless it is said otherwise. */
export function aRoute(
  name: string,
  rules: HTTPRouteRule[],
  spec: Partial<HTTPRoute['spec']> = {},
): HTTPRoute {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop' },
    spec: { parentRefs: [{ name: 'gw' }], rules, ...spec },
  };
}

export function aTcpRoute(name: string, service: string, port: number, sectionName: string): TCPRoute {
  return {
    apiVersion: `${GROUP}/v1alpha2`,
    kind: 'TCPRoute',
    metadata: { name, namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'gw', sectionName }],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  };
}

export function anIngress(name: string, spec: Ingress['spec']): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    spec: { ingressClassName: 'gantry', ...spec },
  };
}

export function aTlsSecret(name: string, certificate: string, key: string): Secret {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': encode(certificate), 'tls.key': encode(key) },
  };
}

/** What gets through the checks and still looks bad, and what does not. */
const text = fc.oneof(
  evil,
  fc.constantFrom(
    "it's",
    '%[env(HOME)]',
    'a b } if TRUE',
    '# no comment',
    '\\',
    '%{+Q}o %t',
    'ünï',
    '"quoted"',
    "' if { always_true } '",
  ),
  fc.string({ unit: fc.constantFrom(...'abc/\'"%{}[]()\\#$ .*+?|^-') }),
);
const path = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      ...['/', '/a', '/a/b', '/a/', "/it's%20", '/%[path]', '/{x}', '/a"b', '/\\\\x', '/v[0-9]+(/.*)?'],
    ),
  },
  { weight: 1, arbitrary: text.map((rest) => `/${rest}`) },
);
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('X-A', 'x_b', 'Accept', '1.2') },
  { weight: 1, arbitrary: text },
);
const host = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('a.example.com', '*.example.com', '*.b.example.com', 'b.example.org'),
  },
  { weight: 1, arbitrary: text },
);
const service = fc.constantFrom('a', 'b', 'c', 'nobody');
const backend = fc.record({
  name: service,
  port: fc.constantFrom(80, 443, 8080),
  weight: fc.constantFrom(0, 1, 7, 90, 123_457),
});
const match = fc.record(
  {
    path: fc.record({
      type: fc.constantFrom('Exact' as const, 'PathPrefix' as const, 'RegularExpression' as const),
      value: path,
    }),
    headers: fc.array(
      fc.record({ name, value: text, type: fc.constantFrom('Exact' as const, 'RegularExpression' as const) }),
      { maxLength: 3 },
    ),
    queryParams: fc.array(fc.record({ name, value: text }), { maxLength: 2 }),
    method: fc.constantFrom('GET' as const, 'PATCH' as const),
  },
  { requiredKeys: [] },
);
const modifier = fc.record({
  set: fc.array(fc.record({ name, value: text }), { maxLength: 2 }),
  add: fc.array(fc.record({ name, value: text }), { maxLength: 1 }),
  remove: fc.array(name, { maxLength: 1 }),
});
const change = fc.oneof(
  path.map((replaceFullPath) => ({ type: 'ReplaceFullPath' as const, replaceFullPath })),
  fc
    .oneof(path, fc.constant(''))
    .map((replacePrefixMatch) => ({ type: 'ReplacePrefixMatch' as const, replacePrefixMatch })),
);
const filter = fc.oneof(
  modifier.map((requestHeaderModifier) => ({
    type: 'RequestHeaderModifier' as const,
    requestHeaderModifier,
  })),
  modifier.map((responseHeaderModifier) => ({
    type: 'ResponseHeaderModifier' as const,
    responseHeaderModifier,
  })),
  fc
    .record({ hostname: host, path: change }, { requiredKeys: [] })
    .map((urlRewrite) => ({ type: 'URLRewrite' as const, urlRewrite })),
  fc
    .record(
      {
        scheme: fc.constantFrom('http' as const, 'https' as const),
        hostname: host,
        path: change,
        port: fc.constantFrom(80, 8443),
        statusCode: fc.constantFrom(301, 308),
      },
      { requiredKeys: [] },
    )
    .map((requestRedirect) => ({ type: 'RequestRedirect' as const, requestRedirect })),
  fc
    .record({ backendRef: backend, percent: fc.constantFrom(0, 10, 100) }, { requiredKeys: ['backendRef'] })
    .map((requestMirror) => ({ type: 'RequestMirror' as const, requestMirror })),
);
const rule = fc.record(
  {
    matches: fc.array(match, { maxLength: 2 }),
    filters: fc.array(filter, { maxLength: 2 }),
    backendRefs: fc.array(backend, { maxLength: 3 }),
    timeouts: fc.record({ request: fc.oneof(fc.constantFrom('1s', '0s', '1m30s'), text) }),
  },
  { requiredKeys: ['matches'] },
);
const parent = fc.oneof(
  fc.constant({ name: 'gw' }),
  fc.constantFrom('a', 'b', 'c').map((one) => ({ group: '', kind: 'Service', name: one })),
);
const route = fc
  .record({
    name: fc.constantFrom('r1', 'r2', 'r3'),
    parentRefs: fc.array(parent, { minLength: 1, maxLength: 2 }),
    hostnames: fc.array(host, { maxLength: 2 }),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  })
  .map(({ name: named, parentRefs, hostnames, rules }) => aRoute(named, rules, { parentRefs, hostnames }));
const listener = fc.record(
  {
    name: fc.constantFrom('l1', 'l2', 'l3'),
    hostname: host,
    port: fc.constantFrom(8_001, 8_002, 30_001, 10_180),
    protocol: fc.constantFrom('HTTP', 'TCP', 'UDP'),
  },
  { requiredKeys: ['name', 'port', 'protocol'] },
);
const ingress = fc
  .record({
    host,
    path,
    backend: fc.record({ name: service, port: fc.record({ number: fc.constantFrom(80, 8080) }) }),
  })
  .map((one) =>
    anIngress('i', {
      defaultBackend: { service: one.backend },
      rules: [
        {
          host: one.host,
          http: { paths: [{ path: one.path, pathType: 'Prefix', backend: { service: one.backend } }] },
        },
      ],
    }),
  );

/** Gateways, routes and Ingresses with clashes and nonsense in them. */
export const routeLists: fc.Arbitrary<RouteLists> = fc
  .record({
    gateways: fc
      .uniqueArray(listener, { minLength: 1, maxLength: 3, selector: ({ name: one }) => one })
      .map((one) => [aGateway('gw', one)]),
    httpRoutes: fc.uniqueArray(route, { maxLength: 3, selector: ({ metadata }) => metadata.name }),
    tcpRoutes: fc.array(fc.constant(aTcpRoute('t', 'a', 80, 'l1')), { maxLength: 1 }),
    ingresses: fc.array(ingress, { maxLength: 1 }),
  })
  .map(lists);
