// Who has a port of the nodes: one row for each kind of holder.
import test from 'ava';
import type { Gateway } from '../kinds/gateway.ts';
import type { Ingress } from '../kinds/ingress.ts';
import type { Service, ServiceSpec } from '../kinds/service.ts';
import { isOuter, outerServices, type OuterWorld } from './outer-ports.ts';

function aService(name: string, spec: Partial<ServiceSpec> = {}, creationTimestamp = '2026-01-02'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', creationTimestamp },
    spec: { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
  };
}

const NOBODY: Omit<OuterWorld, 'services'> = { classes: [], gateways: [], ingressClasses: [], ingresses: [] };
const web = aService('web');
const gateway = {
  metadata: { name: 'gw', namespace: 'shop' },
  spec: { gatewayClassName: 'gantry', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
} as Gateway;
const ingress = {
  metadata: { name: 'ing', namespace: 'shop' },
  spec: { ingressClassName: 'gantry' },
} as Ingress;
const controllerName = 'gantry.dev/gateway';

function problemsOf(more: Partial<OuterWorld>): (string | undefined)[] | undefined {
  const found = outerServices({ ...NOBODY, services: [web], ...more }).get('shop/web');
  return found?.ports.map(({ problem }) => problem);
}

test('a port that nobody has is served', (t) => {
  t.deepEqual(
    outerServices({ ...NOBODY, services: [web] }),
    new Map([['shop/web', { ports: [{ port: 80 }] }]]),
  );
});

test('of two Services the older has the port; another class, another type and a headless one ask for none', (t) => {
  const older = aService('older', {}, '2026-01-01');
  t.deepEqual(problemsOf({ services: [web, older] }), [
    'spec.ports[0].port: 80 is a port of Service shop/older, which is older',
  ]);
  const others = [
    aService('older', { loadBalancerClass: 'example.com/cloud' }, '2026-01-01'),
    aService('older', { type: 'NodePort' }, '2026-01-01'),
    aService('older', { clusterIP: 'None' }, '2026-01-01'),
  ];
  for (const other of others) {
    t.false(isOuter(other));
    t.deepEqual(problemsOf({ services: [web, other] }), [undefined]);
  }
  t.true(isOuter(aService('own', { loadBalancerClass: 'gantry.dev/nodes' })));
});

test('listeners of Gateways, Ingresses, node ports and the proxy itself go before', (t) => {
  const classes = [
    { metadata: { name: 'gantry' }, spec: { controllerName } },
  ] as unknown as OuterWorld['classes'];
  t.deepEqual(problemsOf({ gateways: [gateway], classes }), [
    'spec.ports[0].port: 80 is that of listener "http" of Gateway shop/gw',
  ]);
  t.deepEqual(problemsOf({ gateways: [gateway] }), [undefined], 'a Gateway of another class is not ours');
  const ingressClasses = [
    { metadata: { name: 'gantry' }, spec: { controller: controllerName } },
  ] as unknown as OuterWorld['ingressClasses'];
  t.deepEqual(problemsOf({ ingresses: [ingress], ingressClasses }), [
    'spec.ports[0].port: 80 is that of Ingresses, such as shop/ing',
  ]);
  const node = aService('node', { type: 'NodePort', ports: [{ port: 81, nodePort: 80, protocol: 'TCP' }] });
  t.deepEqual(problemsOf({ services: [web, node] }), [
    'spec.ports[0].port: 80 is the node port of Service shop/node',
  ]);
  const proxy = aService('web', { ports: [{ port: 10_180, protocol: 'TCP' }] });
  t.regex(problemsOf({ services: [proxy] })?.[0] ?? '', /service proxy itself/);
});

test('UDP is not served; ranges limit who comes in, and everybody is no limit', (t) => {
  const udp = aService('web', { ports: [{ port: 53, protocol: 'UDP' }] });
  t.regex(problemsOf({ services: [udp] })?.[0] ?? '', /^spec\.ports\[0\]\.port: UDP/);
  const sources = (loadBalancerSourceRanges: string[]): unknown =>
    outerServices({ ...NOBODY, services: [aService('web', { loadBalancerSourceRanges })] }).get('shop/web')
      ?.sources;
  t.deepEqual(sources([' 10.0.0.0/8 ', '1.2.3.4/32']), ['10.0.0.0/8', '1.2.3.4/32']);
  t.is(sources(['10.0.0.0/8', '0.0.0.0/0']), undefined);
  t.deepEqual(sources(['nonsense']), [], 'nobody, rather than everybody');
});
