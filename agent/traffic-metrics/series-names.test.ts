import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import test from 'ava';
import { SeriesNames } from './series-names.ts';

const slice: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [
    {
      addresses: ['10.244.1.5'],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', name: 'web-7bcd2fg-x2b4k', namespace: 'shop' },
    },
  ],
};
const SERVER = 'e-10_244_1_5-8080';

test('a server belongs to its slot’s Service, and to the revision of the pod behind its address', (t) => {
  const names = new SeriesNames();
  names.set([slice], new Map([['shop/web/80', 'http-0']]));
  t.deepEqual(names.of('http-0', SERVER), { service: 'shop/web', revision: '7bcd2fg' });
  t.is(names.of('http-1', SERVER), undefined);
  t.is(names.of('http-0', 'e-10_244_1_6-8080'), undefined);
});

test('a port that only routes lead to counts for its Service too', (t) => {
  const names = new SeriesNames();
  names.set([slice], new Map([['http:shop/web/80', 'http-3']]));
  t.deepEqual(names.of('http-3', SERVER), { service: 'shop/web', revision: '7bcd2fg' });
});

test('what has left the lists is known a while longer', (t) => {
  const names = new SeriesNames();
  const assigned = new Map([['shop/web/80', 'http-0']]);
  names.set([slice], assigned);
  names.set([], assigned);
  t.deepEqual(names.of('http-0', SERVER), { service: 'shop/web', revision: '7bcd2fg' });
});

test('a slot with servers of several Services counts for the one whose pod it is', (t) => {
  const names = new SeriesNames();
  const canary: EndpointSlice = {
    ...slice,
    metadata: { ...slice.metadata, labels: { 'kubernetes.io/service-name': 'web-canary' } },
    endpoints: slice.endpoints.map((endpoint) => ({ ...endpoint, addresses: ['10.244.1.6'] })),
  };
  names.set([slice, canary], new Map([['mix:shop/web,web-canary/5432', 'tcp-2']]));
  t.deepEqual(names.of('tcp-2', SERVER), { service: 'shop/web', revision: '7bcd2fg' });
  t.deepEqual(names.of('tcp-2', 'e-10_244_1_6-8080'), { service: 'shop/web-canary', revision: '7bcd2fg' });
  t.is(names.of('tcp-2', 'e-10_244_1_7-8080'), undefined);
});
