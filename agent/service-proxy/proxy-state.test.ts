import test from 'ava';
import fc from 'fast-check';
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { ServicePort, ServiceSpec } from '@gantry/api/kinds/service';
import { describeIssue, proxyStateOf, type ProxyMode, type ProxyService } from './proxy-state.ts';
import { aService, aSlice, clusters, ending } from './test-services.ts';

const waiting: Endpoint = { addresses: ['10.244.0.9'], conditions: { ready: false } };

function only(
  spec: Partial<ServiceSpec>,
  endpoints: (string | Endpoint)[] = ['10.244.0.2'],
): ProxyService | undefined {
  const service = aService('web', '10.96.0.1', undefined, spec);
  return proxyStateOf([service], [aSlice('web', endpoints)]).services[0];
}

test('a port of a Service has the ready pods of its slices, in a fixed order', (t) => {
  const service = only({}, ['10.244.0.3', waiting, '10.244.0.2']);
  t.is(service?.key, 'shop/web/80');
  t.is(service?.mode, 'http');
  t.deepEqual(
    service?.servers.map(({ id, state }) => [id, state]),
    [
      ['s-10_244_0_2-8080', 'ready'],
      ['s-10_244_0_3-8080', 'ready'],
    ],
  );
});

test('a pod that is being stopped finishes what it has; the last ones still take what comes', (t) => {
  const states = (endpoints: (string | Endpoint)[]): unknown =>
    only({}, endpoints)?.servers.map(({ address, state }) => [address, state]);
  t.deepEqual(states(['10.244.0.2', ending('10.244.0.3')]), [
    ['10.244.0.2', 'ready'],
    ['10.244.0.3', 'drain'],
  ]);
  t.deepEqual(states([ending('10.244.0.3'), waiting]), [['10.244.0.3', 'ready']]);
});

test('headless Services and other names have no proxy; node ports only where the type says so', (t) => {
  t.is(only({ clusterIP: 'None' }), undefined);
  t.is(only({ type: 'ExternalName', externalName: 'example.org' }), undefined);
  const ports = [{ name: 'http', port: 80, nodePort: 30_080 }];
  t.is(only({ type: 'NodePort', ports })?.nodePort, 30_080);
  t.is(only({ type: 'LoadBalancer', ports })?.nodePort, 30_080);
  t.is(only({ type: 'ClusterIP', ports })?.nodePort, undefined);
});

const modes: [Partial<ServicePort>, ProxyMode][] = [
  [{ name: 'http' }, 'http'],
  [{ name: 'http-admin' }, 'http'],
  [{ name: 'https' }, 'tcp'],
  [{ name: 'db' }, 'tcp'],
  [{ name: 'db', appProtocol: 'HTTP' }, 'http'],
  [{ name: 'db', appProtocol: 'kubernetes.io/ws' }, 'http'],
  [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, 'tcp'],
  [{ name: 'http', appProtocol: 'tcp' }, 'tcp'],
];
for (const [port, mode] of modes)
  test(`${JSON.stringify(port)} is ${mode}`, (t) => {
    t.is(only({ ports: [{ port: 80, ...port }] })?.mode, mode);
  });

test('annotations are read, and what means nothing is told', (t) => {
  const annotations = {
    'gantry.dev/proxy-timeout': '90s',
    'gantry.dev/proxy-connect-timeout': '1h',
    'gantry.dev/proxy-max-connections': '64',
  };
  const sticky = { sessionAffinity: 'ClientIP' as const };
  const state = proxyStateOf([aService('web', '10.96.0.1', undefined, sticky, annotations)], []);
  t.deepEqual(state.services[0]?.options, { affinitySeconds: 10_800, timeoutMs: 90_000, connectionsMax: 64 });
  t.deepEqual(state.issues.map(describeIssue), [
    'shop/web: annotation gantry.dev/proxy-connect-timeout must be a duration of 100ms to 1m; it is passed over',
  ]);
});

test('what is not done is told: clashes, addresses that lead to the host itself', (t) => {
  const services = [aService('b', '10.96.0.1'), aService('a', '10.96.0.1')];
  const state = proxyStateOf(services, [aSlice('a', ['127.0.0.1', '169.254.169.254', '10.244.0.1'])]);
  t.deepEqual(
    state.services.map(({ key, servers }) => [key, servers.length]),
    [['shop/a/80', 1]],
  );
  t.deepEqual(state.issues.map(({ type }) => type).sort(), ['address-taken', 'endpoints-forbidden']);
});

test('UDP has ports of its own beside those of TCP, and pods of the ports that speak it', (t) => {
  const port = { name: 'dns', port: 53, nodePort: 30_053 };
  const services = [
    aService('dns', '10.96.0.9', undefined, {
      type: 'NodePort',
      ports: [
        { ...port, name: 'dns-tcp' },
        { ...port, protocol: 'UDP' },
      ],
    }),
    aService('other', '10.96.0.10', { ...port, protocol: 'UDP' }, { type: 'NodePort' }),
  ];
  const state = proxyStateOf(services, [
    aSlice('dns', ['10.244.0.1', ending('10.244.0.2')], { name: 'dns', port: 5353, protocol: 'UDP' }),
    aSlice('dns', ['10.244.0.3'], { name: 'dns', port: 5353 }),
  ]);
  t.deepEqual(
    state.services.map(({ key, nodePort }) => [key, nodePort]),
    [['shop/dns/53', 30_053]],
  );
  t.deepEqual(
    state.datagrams.map(({ key, nodePort, targets }) => [
      key,
      nodePort,
      targets.map(({ address }) => address),
    ]),
    [
      ['udp:shop/dns/53', 30_053, ['10.244.0.1']],
      ['udp:shop/other/53', undefined, []],
    ],
  );
  t.deepEqual(state.issues, [{ type: 'node-port-taken', key: 'udp:shop/other/53', by: 'udp:shop/dns/53' }]);
});

test('the order of lists does not matter for Services that do not clash', (t) => {
  fc.assert(
    fc.property(clusters, ({ services, slices }) => {
      const some = services.filter(
        ({ metadata }, at) => services.findIndex(({ metadata: { name } }) => name === metadata.name) === at,
      );
      const one = proxyStateOf(some, slices).services;
      const other = proxyStateOf(some.toReversed(), slices.toReversed()).services;
      t.deepEqual(one, other);
    }),
  );
});

test('a Service with servers has one that takes new connections', (t) => {
  fc.assert(
    fc.property(clusters, ({ services, slices }) =>
      proxyStateOf(services, slices).services.every(
        ({ servers }) => servers.length === 0 || servers.some(({ state }) => state === 'ready'),
      ),
    ),
  );
  t.pass();
});
