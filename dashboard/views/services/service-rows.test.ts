import test from 'ava';
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import { serviceRows } from './service-rows.ts';

const service = {
  metadata: { namespace: 'n', name: 'web' },
  spec: {
    clusterIP: '10.96.0.9',
    ports: [
      { port: 80, name: 'http', nodePort: 30080 },
      { port: 53, protocol: 'UDP' },
    ],
  },
} as unknown as Service;
const slice = (port: string, ...endpoints: object[]): EndpointSlice =>
  ({
    metadata: { namespace: 'n', name: port, labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints,
  }) as unknown as EndpointSlice;

test('where it is reached, and endpoints of all slices once', (t) => {
  const up = { addresses: ['10.1.0.1'], conditions: { ready: true } };
  const down = { addresses: ['10.1.0.2'], conditions: { ready: false } };
  const [row] = serviceRows([service], [slice('a', up, down), slice('b', up)], undefined);
  t.like(row, {
    ...{ type: 'ClusterIP', addresses: '10.96.0.9', ports: '80:30080 (http), 53/UDP' },
    ...{ ready: 1, endpoints: 2, flow: undefined },
  });
});

test('figures of its revisions are added up; none is nothing rather than unknown', (t) => {
  const revisions = [
    { hash: 'a', requestsPerSecond: 3, errorsPerSecond: 1, p95Ms: 20 },
    { hash: 'b', requestsPerSecond: 1, errorsPerSecond: 0 },
  ];
  const flow = { at: '', services: [{ namespace: 'n', name: 'web', revisions }] };
  t.deepEqual(serviceRows([service], [], flow)[0]?.flow, {
    requestsPerSecond: 4,
    errorsPerSecond: 1,
    p95Ms: 20,
  });
  t.is(serviceRows([service], [], { at: '', services: [] })[0]?.flow?.requestsPerSecond, 0);
});

test('headless and external Services', (t) => {
  const of = (spec: object): Service => ({ metadata: {}, spec }) as unknown as Service;
  t.like(serviceRows([of({ clusterIP: 'None' })], [], undefined)[0], { type: 'Headless', addresses: '' });
  const external = of({ type: 'ExternalName', externalName: 'db.example' });
  t.like(serviceRows([external], [], undefined)[0], { type: 'ExternalName', addresses: 'db.example' });
});
