// The rules of Gateways, routes and Ingresses, and what they fill in: manifests of Gateway API's own guides apply.
import test from 'ava';
import type { KindDefinition } from '../../definition.ts';
import { admitShape } from '../../validate.ts';
import { gatewayKind } from '../gateway.ts';
import { httpRouteKind } from '../http-route.ts';
import { ingressKind } from '../ingress.ts';
import { tcpRouteKind } from '../tcp-route.ts';

function findings(definition: KindDefinition, spec: object): string[] {
  const { object, issues } = admitShape(definition, { metadata: { name: 'web' }, spec });
  const all = issues.length > 0 ? issues : (definition.check?.(object) ?? []);
  return all.map(({ path, message }) => `${path}: ${message}`);
}

const rule = (fields: object): object => ({ parentRefs: [{ name: 'gw' }], rules: [fields] });
const modifier = (set: object[]): object => ({
  filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set } }],
});
const mirror = (fields: object): object => ({
  type: 'RequestMirror',
  requestMirror: { backendRef: { name: 'b', port: 80 }, ...fields },
});
const redirect = (fields: object): object => ({
  filters: [{ type: 'RequestRedirect', requestRedirect: fields }],
});

test('what is left out is filled in', (t) => {
  const { object } = admitShape(httpRouteKind, {
    metadata: { name: 'web' },
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] },
  });
  t.like(object, {
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', weight: 1 }],
        },
      ],
    },
  });
});

const GOOD: [string, KindDefinition, object][] = [
  [
    'a rule with everything',
    httpRouteKind,
    {
      hostnames: ['web.example.com', '*.example.com'],
      rules: [
        {
          matches: [
            {
              path: { type: 'RegularExpression', value: '/v[0-9]+/(users|orders)(/.*)?' },
              headers: [{ name: 'X-Canary', value: "it's % {fine}" }],
              queryParams: [{ name: 'v', value: '2', type: 'RegularExpression' }],
              method: 'GET',
            },
          ],
          filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'b.example.com' } }],
          backendRefs: [
            { name: 'a', port: 80, weight: 90 },
            { name: 'b', port: 80, weight: 10 },
          ],
          timeouts: { request: '10s', backendRequest: '500ms' },
        },
      ],
    },
  ],
  ['a redirect', httpRouteKind, rule(redirect({ scheme: 'https', statusCode: 301 }))],
  [
    'mirroring',
    httpRouteKind,
    rule({
      filters: [
        mirror({}),
        mirror({ percent: 10 }),
        mirror({ fraction: { numerator: 1, denominator: 1_000 } }),
        mirror({ fraction: { numerator: 100 } }),
      ],
    }),
  ],
  ['a TCP route', tcpRouteKind, { rules: [{ backendRefs: [{ name: 'db', port: 5432 }] }] }],
  [
    'a Gateway',
    gatewayKind,
    {
      gatewayClassName: 'gantry',
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP' },
        { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } },
      ],
    },
  ],
  [
    'an Ingress',
    ingressKind,
    {
      ingressClassName: 'gantry',
      tls: [{ hosts: ['a.example.com'], secretName: 'c' }],
      rules: [
        {
          host: 'a.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
  ],
];
for (const [title, definition, spec] of GOOD)
  test(`accepted: ${title}`, (t) => t.deepEqual(findings(definition, spec), []));

const REFUSED: [string, KindDefinition, object, RegExp][] = [
  [
    'a header value with a line break',
    httpRouteKind,
    rule(modifier([{ name: 'X-A', value: 'a\r\nb: c' }])),
    /set\[0\].value: Invalid.*control/,
  ],
  [
    'a header name with a quote',
    httpRouteKind,
    rule(modifier([{ name: "a'b", value: 'x' }])),
    /set\[0\].name: Invalid/,
  ],
  ['a header of the connection', httpRouteKind, rule(modifier([{ name: 'Host', value: 'x' }])), /URLRewrite/],
  [
    'a regular expression that may take for ever',
    httpRouteKind,
    rule({ matches: [{ path: { type: 'RegularExpression', value: '/(a+)+' } }] }),
    /take for ever/,
  ],
  [
    'one with look-around',
    httpRouteKind,
    rule({ matches: [{ path: { type: 'RegularExpression', value: '/(?!a)' } }] }),
    /another kind/,
  ],
  [
    'a path without a slash',
    httpRouteKind,
    rule({ matches: [{ path: { value: 'a' } }] }),
    /path.value: Invalid/,
  ],
  [
    'a redirect and backends',
    httpRouteKind,
    rule({ ...redirect({}), backendRefs: [{ name: 'a', port: 80 }] }),
    /backendRefs: Forbidden/,
  ],
  [
    'a status that is no redirect',
    httpRouteKind,
    rule(redirect({ statusCode: 200 })),
    /statusCode: Unsupported/,
  ],
  [
    'a prefix that is replaced without one',
    httpRouteKind,
    rule({
      matches: [{ path: { type: 'Exact', value: '/a' } }],
      ...redirect({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' } }),
    }),
    /ReplacePrefixMatch needs/,
  ],
  [
    'a filter without its settings',
    httpRouteKind,
    rule({ filters: [{ type: 'URLRewrite' }] }),
    /urlRewrite: Required/,
  ],
  [
    'a mirror without a port',
    httpRouteKind,
    rule({ filters: [mirror({ backendRef: { name: 'b' } })] }),
    /requestMirror.backendRef.port: Required/,
  ],
  [
    'a mirror with two shares',
    httpRouteKind,
    rule({ filters: [mirror({ percent: 1, fraction: { numerator: 1 } })] }),
    /requestMirror.fraction: Forbidden/,
  ],
  [
    'more than all requests',
    httpRouteKind,
    rule({ filters: [mirror({ fraction: { numerator: 3, denominator: 2 } })] }),
    /fraction.numerator: Invalid/,
  ],
  ['a Service without a port', httpRouteKind, rule({ backendRefs: [{ name: 'a' }] }), /port: Required/],
  ['an address as a host', httpRouteKind, { hostnames: ['10.0.0.1'] }, /not an address/],
  [
    'a timeout that is none',
    httpRouteKind,
    rule({ timeouts: { request: 'soon' } }),
    /timeouts.request: Invalid/,
  ],
  [
    'two listeners of one name',
    gatewayKind,
    {
      gatewayClassName: 'gantry',
      listeners: [
        { name: 'a', port: 80, protocol: 'HTTP' },
        { name: 'a', port: 81, protocol: 'HTTP' },
      ],
    },
    /listeners\[1\].name: Duplicate/,
  ],
  ['an Ingress that says nothing', ingressKind, {}, /spec: Required/],
];
for (const [title, definition, spec, expected] of REFUSED)
  test(`refused: ${title}`, (t) => t.regex(findings(definition, spec).join('\n'), expected));
