import test from 'ava';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import {
  ingressSentences,
  routeSentences,
  splitSentences,
  targetText,
  type RouteSentence,
} from './route-sentences.ts';

const text = ({ requests, done, targets }: RouteSentence): string =>
  `${requests} -> ${[...done, ...targets.map(targetText)].join(', ')}`;

test('an HTTPRoute', (t) => {
  const route = {
    metadata: {},
    spec: {
      hostnames: ['a.example'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
          backendRefs: [
            { name: 'web', port: 80, weight: 90 },
            { name: 'web-canary', port: 80, weight: 10 },
          ],
        },
        {
          matches: [
            { method: 'GET', headers: [{ name: 'x', value: '1' }] },
            { path: { type: 'Exact', value: '/y' } },
          ],
          filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
        },
        { backendRefs: [{ name: 'other', namespace: 'm' }] },
      ],
    },
  } as unknown as HTTPRoute;
  t.deepEqual(routeSentences(route).map(text), [
    'Host a.example, path /v1 and below -> web:80 (90 %), web-canary:80 (10 %)',
    'Host a.example, method GET, any path, header x: 1; or exactly the path /y -> redirect to https (301)',
    'Host a.example, any path -> m/other',
  ]);
});

test('an Ingress', (t) => {
  const ingress = {
    metadata: {},
    spec: {
      rules: [
        {
          host: 'b.example',
          http: {
            paths: [
              { path: '/x', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 8 } } } },
            ],
          },
        },
      ],
      defaultBackend: { service: { name: 'd', port: { name: 'http' } } },
    },
  } as unknown as Ingress;
  t.deepEqual(ingressSentences(ingress).map(text), [
    'Host b.example, path /x and below -> x:8',
    'All other requests -> d:http',
  ]);
});

test('a TrafficSplit', (t) => {
  const split = {
    metadata: {},
    spec: {
      service: 'web',
      rules: [
        { matches: [{ cookies: [{ name: 'beta', value: '1' }] }], backends: [{ service: 'new', weight: 1 }] },
        {
          backends: [
            { service: 'new', weight: 1 },
            { service: 'web', weight: 2 },
          ],
          sticky: { by: { header: 'x-user' }, salt: 's' },
        },
      ],
    },
  } as unknown as TrafficSplit;
  t.deepEqual(splitSentences(split).map(text), [
    'Requests with cookie beta=1 -> new',
    'All other requests -> each user stays on one side, told by header x-user, new (33.3 %), web (66.7 %)',
  ]);
});
