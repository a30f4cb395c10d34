// Services and EndpointSlices for tests: plain ones, and hostile ones by chance.
import fc from 'fast-check';
import { SERVICE_NAME_LABEL, type Endpoint, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service, ServicePort, ServiceSpec } from '@gantry/api/kinds/service';
import type { SplitRule, TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { ObjectMeta } from '@gantry/api/meta';
import { CONNECT_TIMEOUT_ANNOTATION, CONNECTIONS_ANNOTATION, TIMEOUT_ANNOTATION } from './proxy-options.ts';

/** A Service with one port. */
export function aService(
  name: string,
  clusterIP: string,
  port: ServicePort = { name: 'http', port: 80 },
  more: Partial<ServiceSpec> = {},
  annotations: Record<string, string> = {},
): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', annotations },
    spec: { type: 'ClusterIP', clusterIP, ports: [port], ...more },
  };
}

/** A slice with one port. */
export function aSlice(
  service: string,
  endpoints: readonly (string | Endpoint)[],
  port: { name?: string; port: number; protocol?: 'TCP' | 'UDP' } = { name: 'http', port: 8080 },
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-slice`,
      namespace: 'shop',
      labels: { [SERVICE_NAME_LABEL]: service },
    },
    addressType: 'IPv4',
    endpoints: endpoints.map((endpoint) =>
      typeof endpoint === 'string'
        ? { addresses: [endpoint], conditions: { ready: true, serving: true, terminating: false } }
        : endpoint,
    ),
    ports: [port],
  };
}

/** A TrafficSplit named as its Service; backends in their order, by weight. */
export function aSplit(
  service: string,
  rules: readonly (Omit<SplitRule, 'backends'> & { backends: Readonly<Record<string, number>> })[],
  metadata: Partial<ObjectMeta> = {},
): TrafficSplit {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'TrafficSplit',
    metadata: { name: service, namespace: 'shop', uid: `split-${service}`, ...metadata },
    spec: {
      service,
      rules: rules.map(({ backends, ...rule }) => ({
        ...rule,
        backends: Object.entries(backends).map(([name, weight]) => ({ service: name, weight })),
      })),
    },
  };
}

/** Being stopped, and still answering. */
export function ending(address: string): Endpoint {
  return { addresses: [address], conditions: { ready: false, serving: true, terminating: true } };
}

/** What somebody might try to slip into a configuration. */
export const evil = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    'a\nglobal\n  user root',
    '; disable server x/y',
    '10.0.0.1\n',
    '10.0.0.1 backup',
    '%[env(HOME)]',
    '"',
    "'\\",
    '#',
    '${HOME}',
    '10s; quit',
    '1e3',
    '-1',
    '../../etc',
    '\u0000',
    '٣',
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const serviceIp = fc.integer({ min: 1, max: 12 }).map((last) => `10.96.0.${last}`);
const podIp = fc.integer({ min: 1, max: 8 }).map((last) => `10.244.0.${last}`);
const mostly = <T, E>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<E>): fc.Arbitrary<T | E> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: other });

const port = fc.record(
  {
    name: mostly(fc.constantFrom('http', 'http-web', 'db', ''), evil),
    port: mostly(fc.constantFrom(80, 443, 8080), fc.constantFrom(0, -1, 1.5, 70_000, NaN)),
    protocol: mostly(fc.constant('TCP' as const), fc.constant('UDP' as const)),
    appProtocol: mostly(fc.constantFrom('http', 'kubernetes.io/h2c', 'tcp'), evil),
    nodePort: fc.constantFrom(0, 30_001, 30_002, 30_003),
  },
  { requiredKeys: ['name', 'port'] },
);

const service = fc
  .record({
    name: mostly(fc.constantFrom('a', 'b', 'c', 'd', 'e'), evil),
    clusterIP: mostly(serviceIp, fc.oneof(fc.constant('None'), evil)),
    type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'ExternalName' as const),
    ports: fc.array(port, { maxLength: 3 }),
    affinity: fc.constantFrom(undefined, 60, 10_800, NaN, -5),
    annotations: fc.dictionary(
      fc.constantFrom(TIMEOUT_ANNOTATION, CONNECT_TIMEOUT_ANNOTATION, CONNECTIONS_ANNOTATION),
      fc.oneof(fc.constantFrom('5s', '10m', '64'), evil),
      { maxKeys: 1 },
    ),
  })
  .map(({ name, clusterIP, type, ports, affinity, annotations }): Service => {
    const sticky: Partial<ServiceSpec> =
      affinity === undefined
        ? {}
        : {
            sessionAffinity: 'ClientIP',
            sessionAffinityConfig: { clientIP: { timeoutSeconds: affinity } },
          };
    const spec = { type, clusterIP, ports: ports as ServicePort[], ...sticky };
    return { ...aService(name, clusterIP), metadata: { name, namespace: 'shop', annotations }, spec };
  });

const endpoint = fc.record({
  addresses: fc.array(mostly(podIp, evil), { maxLength: 2 }),
  conditions: fc.record(
    { ready: fc.boolean(), serving: fc.boolean(), terminating: fc.boolean() },
    { requiredKeys: [] },
  ),
});

const slice = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    endpoints: fc.array(endpoint, { maxLength: 5 }),
    portName: mostly(fc.constantFrom('http', 'http-web', 'db', ''), evil),
    port: mostly(fc.constantFrom(8080, 5432), fc.constantFrom(0, 1.5, 99_999)),
  })
  .map(({ name, endpoints, portName, port: number }) =>
    aSlice(name, endpoints as Endpoint[], { name: portName, port: number }),
  );

/** Lists of a whole cluster, with clashes and nonsense in them. */
export const clusters = fc.record({
  services: fc.array(service, { maxLength: 8 }),
  slices: fc.array(slice, { maxLength: 8 }),
});
