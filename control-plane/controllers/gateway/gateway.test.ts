// What the status of Gateways and their classes says, row by row.
import test from 'ava';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind, type Gateway } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { nodeKind } from '@gantry/api/kinds/node';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority } from '../../auth/certificates.ts';
import { passIn, settleAll } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import {
  aGateway,
  aGrant,
  aRoute,
  aTcpRoute,
  aTlsSecret,
  aWebService,
  gatewayIn,
  HTTP,
  HTTPS,
  nodeStatus,
  said,
  SHOP,
  shopKey,
  shopWorld,
  TCP,
  withClasses,
  withServingNode,
} from './toy-gateway.ts';

const controllers = gatewayControllers();
const gateways = controllers.find(({ name }) => name === 'gateway');
const settled = (world: World): World => settleAll(controllers, world).world;
const signing = { nowMs: Date.parse('2026-01-01T00:00:00Z'), random: seededRandom(1) };
const certificate = (name: string) => createAuthority(name, 30, signing);

function withGateway(listeners: Gateway['spec']['listeners'], world = shopWorld()): World {
  return settled(withObject(world, gatewayKind, aGateway(listeners)));
}

const WORKS = [
  'Accepted True Accepted',
  'Conflicted False NoConflicts',
  'ResolvedRefs True ResolvedRefs',
  'Programmed True Programmed',
];

function listenerIn(world: World, name: string, gateway = 'gw'): string[] {
  return said(gatewayIn(world, gateway)?.status?.listeners?.find((one) => one.name === name)?.conditions);
}

test('a class of ours is accepted; others are left alone', (t) => {
  const world = settled(shopWorld());
  const conditions = (name: string) =>
    readerOf(world).get(gatewayClassKind, { namespace: '', name })?.status?.conditions;
  t.deepEqual(said(conditions('gantry')), ['Accepted True Accepted']);
  t.is(conditions('gantry')?.[0]?.observedGeneration, 1);
  t.is(conditions('other'), undefined);
});

test('a Gateway that works says where it is reached and what belongs to it', (t) => {
  const world = settled(
    withObject(withObject(withGateway([HTTP]), serviceKind, aWebService()), httpRouteKind, aRoute()),
  );
  const status = gatewayIn(world)?.status;
  t.deepEqual(said(status?.conditions), ['Accepted True Accepted', 'Programmed True Programmed']);
  t.deepEqual(status?.addresses, [{ type: 'IPAddress', value: '10.0.0.1' }]);
  t.deepEqual(listenerIn(world, 'http'), WORKS);
  t.like(status?.listeners?.[0], {
    name: 'http',
    attachedRoutes: 1,
    supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
  });
});

test('a Gateway of another class is left alone', (t) => {
  const world = settled(withObject(shopWorld(), gatewayKind, aGateway([HTTP], {}, 'other')));
  t.is(gatewayIn(world)?.status, undefined);
});

test('addresses are those of nodes that are Ready, with a proxy that is in step', (t) => {
  let world = withClasses(emptyWorld());
  world = withServingNode(world, 1);
  world = withServingNode(world, 2, { isReady: false });
  world = withServingNode(world, 3, { hasProxy: false });
  world = withServingNode(world, 4, { faults: ['ServicesUnavailable'] });
  world = withServingNode(world, 5, { faults: ['ListenersUnavailable'] });
  const status = gatewayIn(withGateway([HTTP], world))?.status;
  t.deepEqual(
    status?.addresses?.map(({ value }) => value),
    ['10.0.0.1', '10.0.0.5'],
  );
  t.regex(
    status?.conditions?.[1]?.message ?? '',
    /^served by 2 nodes; 1 node among them may not serve all listeners/,
  );
});

test('at most 16 addresses are told', (t) => {
  let world = withClasses(emptyWorld());
  for (let number = 1; number <= 20; number += 1) world = withServingNode(world, number);
  t.is(gatewayIn(withGateway([HTTP], world))?.status?.addresses?.length, 16);
});

test('without a node that serves there is no address, and nothing is programmed', (t) => {
  const world = withGateway([HTTP], withClasses(emptyWorld()));
  t.deepEqual(said(gatewayIn(world)?.status?.conditions), [
    'Accepted True Accepted',
    'Programmed False AddressNotAssigned',
  ]);
  t.is(listenerIn(world, 'http')[3], 'Programmed False Pending');
});

const BAD_LISTENERS: [what: string, listener: Gateway['spec']['listeners'][number], facts: string[]][] = [
  [
    'a protocol that is not served',
    { ...HTTP, protocol: 'UDP' },
    ['Accepted False UnsupportedProtocol', 'Programmed False Invalid'],
  ],
  [
    'TLS that is passed through',
    { ...HTTPS, name: 'http', tls: { mode: 'Passthrough' } },
    ['Accepted False UnsupportedValue', 'Programmed False Invalid'],
  ],
  [
    'a port of the proxies',
    { ...HTTP, port: 10_180 },
    ['Accepted False PortUnavailable', 'Programmed False Invalid'],
  ],
  [
    'a port of a Service on nodes',
    { ...HTTP, port: 30_080 },
    ['Accepted False PortUnavailable', 'Programmed False Invalid'],
  ],
  [
    'HTTPS without a certificate',
    { ...HTTPS, name: 'http' },
    ['ResolvedRefs False InvalidCertificateRef', 'Programmed False Invalid'],
  ],
  [
    'a certificate that is not there',
    { ...HTTPS, name: 'http', tls: { certificateRefs: [{ name: 'nobody' }] } },
    ['ResolvedRefs False InvalidCertificateRef', 'Programmed False Invalid'],
  ],
  [
    'a certificate of another kind',
    { ...HTTPS, name: 'http', tls: { certificateRefs: [{ name: 'a', kind: 'ConfigMap' }] } },
    ['ResolvedRefs False InvalidCertificateRef', 'Programmed False Invalid'],
  ],
  [
    'a certificate of another namespace without a grant',
    { ...HTTPS, name: 'http', tls: { certificateRefs: [{ name: 'a', namespace: 'else' }] } },
    ['ResolvedRefs False RefNotPermitted', 'Programmed False Invalid'],
  ],
  [
    'a kind of routes that does not fit the protocol',
    { ...HTTP, allowedRoutes: { kinds: [{ kind: 'TCPRoute' }, { kind: 'HTTPRoute' }] } },
    ['ResolvedRefs False InvalidRouteKinds'],
  ],
];

for (const [what, listener, facts] of BAD_LISTENERS)
  test(`a listener with ${what} is told, and no other suffers`, (t) => {
    const ports = [{ port: 1, nodePort: 30_080, protocol: 'TCP' as const }];
    const service = aWebService({ type: 'NodePort', ports });
    const start = withObject(shopWorld(), serviceKind, service);
    const world = withGateway([listener, { ...HTTP, name: 'good', port: 8080 }], start);
    const own = listenerIn(world, 'http');
    t.deepEqual(
      own.filter((one) => !WORKS.includes(one)),
      facts,
    );
    t.deepEqual(listenerIn(world, 'good'), WORKS);
    t.is(said(gatewayIn(world)?.status?.conditions)[1], 'Programmed True Programmed');
    const alone = gatewayIn(withGateway([listener], start))?.status;
    if (own[0] !== WORKS[0])
      t.deepEqual(said(alone?.conditions), ['Accepted False ListenersNotValid', 'Programmed False Invalid']);
    if (own[3] === 'Programmed False Invalid') t.deepEqual(alone?.addresses, []);
  });

test('the older Gateway keeps a port; the younger one is told by whom', (t) => {
  const start = shopWorld();
  const young = aGateway([HTTP, { ...TCP, port: 443 }], {
    name: 'young',
    creationTimestamp: '2026-01-01T00:00:09Z',
  });
  const old = aGateway([HTTP, HTTPS], { creationTimestamp: '2026-01-01T00:00:01Z' });
  const world = settled(withObjects(start, gatewayKind, [young, old]));
  t.deepEqual(listenerIn(world, 'http'), WORKS);
  t.deepEqual(listenerIn(world, 'http', 'young'), [
    'Accepted False HostnameConflict',
    'Conflicted True HostnameConflict',
    'ResolvedRefs True ResolvedRefs',
    'Programmed False Invalid',
  ]);
  t.is(listenerIn(world, 'tcp', 'young')[1], 'Conflicted True ProtocolConflict');
});

test('a certificate that is good serves; one that does not match its key is told', async (t) => {
  const [one, two] = [await certificate('one'), await certificate('two')];
  const listener = { ...HTTPS, tls: { certificateRefs: [{ name: 'tls' }] } };
  const start = withObject(shopWorld(), secretKind, aTlsSecret('tls', one));
  const world = withGateway([listener], start);
  t.deepEqual(listenerIn(world, 'https'), WORKS);
  const mixed = aTlsSecret('tls', { certificate: one.certificate, key: two.key });
  const broken = settled(
    withChange(world, secretKind, shopKey('tls'), (now) => ({ ...now, data: mixed.data })),
  );
  t.deepEqual(listenerIn(broken, 'https').slice(2), [
    'ResolvedRefs False InvalidCertificateRef',
    'Programmed False Invalid',
  ]);
  t.notRegex(JSON.stringify(gatewayIn(broken)?.status), /BEGIN/);
});

test('a Secret of another namespace is read once a grant lets it be', async (t) => {
  const start = withObject(shopWorld(), secretKind, aTlsSecret('tls', await certificate('one')));
  const tls = { certificateRefs: [{ name: 'tls', namespace: SHOP }] };
  const gateway = aGateway([{ ...HTTPS, tls }], { namespace: 'front' });
  const key = { namespace: 'front', name: 'gw' };
  const facts = (world: World): string[] =>
    said(readerOf(world).get(gatewayKind, key)?.status?.listeners?.[0]?.conditions);
  const without = settled(withObject(start, gatewayKind, gateway));
  t.is(facts(without)[2], 'ResolvedRefs False RefNotPermitted');
  const observed = gateways?.observe(readerOf(without), key) as { secrets: ReadonlyMap<string, unknown> };
  t.is(observed.secrets.size, 0, 'nobody looks at a Secret that may not be named');
  const granted = withObject(without, referenceGrantKind, aGrant('Gateway', 'Secret'));
  t.deepEqual(facts(settled(granted)), WORKS);
});

test('only routes that are accepted count, also at listeners that do not work', (t) => {
  const start = withObject(shopWorld(), serviceKind, aWebService());
  const world = withGateway([HTTP, { ...HTTPS, hostname: 'a.example' }, TCP], start);
  const routes = [
    aRoute({ hostnames: ['b.example'] }, { name: 'b' }),
    aRoute({ hostnames: ['a.example'] }, { name: 'a' }),
    aRoute({ parentRefs: [{ name: 'gw', sectionName: 'nobody' }] }, { name: 'lost' }),
    aRoute({ parentRefs: [{ name: 'gw', namespace: SHOP }] }, { name: 'foreign', namespace: 'else' }),
  ];
  const tcp = [
    aTcpRoute({ creationTimestamp: '2026-01-01T00:00:01Z' }),
    aTcpRoute({ name: 'late', creationTimestamp: '2026-01-01T00:00:02Z' }),
  ];
  const end = settled(withObjects(withObjects(world, httpRouteKind, routes), tcpRouteKind, tcp));
  t.deepEqual(
    gatewayIn(end)?.status?.listeners?.map(({ attachedRoutes }) => attachedRoutes),
    [2, 1, 1],
  );
});

test('times move with the status alone, and nothing is written while nothing changes', (t) => {
  const world = withGateway([HTTP]);
  const timesOf = (in_: World) =>
    gatewayIn(in_)?.status?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime);
  const before = timesOf(world);
  const quiet = later(world, 60_000);
  t.is(settled(quiet).revision, quiet.revision);
  const nodeKey = { namespace: '', name: 'n1' };
  const down = () => ({ status: nodeStatus('10.0.0.1', { isReady: false }) });
  const away = settled(withChange(quiet, nodeKind, nodeKey, (now) => ({ ...now, ...down() }), 'status'));
  t.deepEqual(timesOf(away), [before?.[0], '2026-01-01T00:01:00Z']);
  const changed = settled(
    withChange(later(away, 60_000), gatewayKind, shopKey('gw'), (now) => ({
      ...now,
      spec: { ...now.spec, listeners: [HTTP, { ...HTTP, name: 'more', port: 81 }] },
    })),
  );
  t.deepEqual(timesOf(changed), timesOf(away));
  t.deepEqual(
    gatewayIn(changed)?.status?.conditions?.map(({ observedGeneration }) => observedGeneration),
    [2, 2],
  );
});

test('as an operator reads it', (t) => {
  const gateway = aGateway([HTTP, { ...HTTP, name: 'udp', port: 53, protocol: 'UDP' }]);
  const world = withObject(shopWorld(), gatewayKind, gateway);
  const pass = gateways === undefined ? undefined : passIn(world, gateways, shopKey('gw'));
  if (pass === undefined || gateways === undefined) return t.fail('nothing was planned');
  t.deepEqual(
    transcriptOf(gateways, gatewayIn(world) ?? gateway, pass.plan, readerOf(world)).slice(0, 1),
    goldenLines(`
      because listener "udp" is not served: protocol UDP is not served; HTTP, HTTPS and TCP are
    `),
  );
});
