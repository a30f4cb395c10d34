// What the status of routes says to each of their parents, row by row.
import test from 'ava';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { GATEWAY_CONTROLLER } from '@gantry/api/kinds/gateway-class';
import { httpRouteKind, type HTTPRoute } from '@gantry/api/kinds/http-route';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { settleAll } from '../../engine/settle.ts';
import {
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  withObjects,
} from '../../engine/toy-world.ts';
import type { World } from '../../engine/toy-world.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import {
  aGateway,
  aGrant,
  aRoute,
  aTcpRoute,
  aWebService,
  HTTP,
  routeIn,
  said,
  SHOP,
  shopKey,
  shopWorld,
  TCP,
  tcpRouteIn,
} from './toy-gateway.ts';

const controllers = gatewayControllers();
const settled = (world: World): World => settleAll(controllers, world).world;

/** A Gateway with HTTP and TCP, one of another class, the Service `web`, and one without HTTP. */
function start(): World {
  const gateways = [
    aGateway([{ ...HTTP, hostname: '*.example.com' }, TCP]),
    aGateway([HTTP], { name: 'foreign' }, 'other'),
  ];
  const services = [
    aWebService(),
    aWebService({ ports: [{ name: 'db', port: 5432, protocol: 'TCP' }] }, { name: 'db' }),
    aWebService({ ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }, { name: 'dns' }),
  ];
  return withObjects(withObjects(shopWorld(), gatewayKind, gateways), serviceKind, services);
}

function toldTo(route: HTTPRoute, world = start()): string[][] {
  const end = settled(withObject(world, httpRouteKind, route));
  const { namespace = '', name = '' } = route.metadata;
  const parents = readerOf(end).get(httpRouteKind, { namespace, name })?.status?.parents ?? [];
  return parents.map(({ conditions }) => said(conditions));
}

const GOOD = ['Accepted True Accepted', 'ResolvedRefs True ResolvedRefs'];
const refused = (reason: string): string[] => [`Accepted False ${reason}`, 'ResolvedRefs True ResolvedRefs'];
const to = (...backendRefs: object[]) => ({ rules: [{ backendRefs }] }) as Partial<HTTPRoute['spec']>;
const mirrorTo = (name: string) => ({
  rules: [
    {},
    { filters: [{ type: 'RequestMirror' as const, requestMirror: { backendRef: { name, port: 80 } } }] },
  ],
});
const service = { group: '', kind: 'Service' };
const unresolved = (reason: string): string[] => ['Accepted True Accepted', `ResolvedRefs False ${reason}`];

const ROWS: [what: string, spec: Partial<HTTPRoute['spec']>, told: string[][]][] = [
  ['that works', {}, [GOOD]],
  ['of a narrower host', { hostnames: ['a.example.com'] }, [GOOD]],
  ['of another host', { hostnames: ['a.example.org'] }, [refused('NoMatchingListenerHostname')]],
  ['to a Gateway that is not there', { parentRefs: [{ name: 'nobody' }] }, [refused('NoMatchingParent')]],
  [
    'to a listener that is not there',
    { parentRefs: [{ name: 'gw', sectionName: 'x' }] },
    [refused('NoMatchingParent')],
  ],
  ['to another port', { parentRefs: [{ name: 'gw', port: 81 }] }, [refused('NoMatchingParent')]],
  [
    'to a listener of TCP',
    { parentRefs: [{ name: 'gw', sectionName: 'tcp' }] },
    [refused('NotAllowedByListeners')],
  ],
  ['to a Gateway of another class', { parentRefs: [{ name: 'foreign' }] }, []],
  ['to another kind', { parentRefs: [{ name: 'gw', kind: 'Mesh', group: 'example.com' }] }, []],
  [
    'with two parents',
    { parentRefs: [{ name: 'gw' }, { name: 'nobody' }] },
    [GOOD, refused('NoMatchingParent')],
  ],
  ['that names a parent twice', { parentRefs: [{ name: 'gw' }, { name: 'gw' }] }, [GOOD]],
  ['of a Service', { parentRefs: [{ ...service, name: 'web' }] }, [GOOD]],
  ['of a Service without HTTP', { parentRefs: [{ ...service, name: 'db' }] }, [refused('NoMatchingParent')]],
  [
    'of a Service that is not there',
    { parentRefs: [{ ...service, name: 'nobody' }] },
    [refused('NoMatchingParent')],
  ],
  [
    'of a Service of another namespace',
    { parentRefs: [{ ...service, name: 'web', namespace: 'else' }] },
    [refused('NotAllowedByListeners')],
  ],
  ['that leads to nobody', to({ name: 'nobody', port: 80 }), [unresolved('BackendNotFound')]],
  ['that leads to a port that is not there', to({ name: 'web', port: 81 }), [unresolved('BackendNotFound')]],
  [
    'that leads to another namespace',
    to({ name: 'web', port: 80, namespace: 'else' }),
    [unresolved('RefNotPermitted')],
  ],
  [
    'that leads to another kind',
    to({ name: 'x', kind: 'Bucket', group: 'example.com' }),
    [unresolved('InvalidKind')],
  ],
  ['that leads to UDP', to({ name: 'dns', port: 53 }), [unresolved('UnsupportedProtocol')]],
  ['that mirrors', mirrorTo('web'), [GOOD]],
  ['that mirrors to nobody', mirrorTo('nobody'), [unresolved('BackendNotFound')]],
  [
    'that breaks a rule of its kind',
    { rules: [{ matches: [{ path: { type: 'PathPrefix', value: 'x' } }] }] },
    [refused('UnsupportedValue')],
  ],
];

for (const [what, spec, told] of ROWS)
  test(`a route ${what}`, (t) => {
    t.deepEqual(toldTo(aRoute(spec)), told);
  });

test('a route of another namespace needs a listener that takes it, and a grant for its backend', (t) => {
  const spec = {
    parentRefs: [{ name: 'open', namespace: SHOP }],
    rules: [{ backendRefs: [{ name: 'web', port: 80, namespace: SHOP }] }],
  };
  const route = aRoute(spec, { namespace: 'front' });
  const allowedRoutes = { namespaces: { from: 'All' as const } };
  const open = aGateway([{ ...HTTP, port: 81, allowedRoutes }], { name: 'open' });
  const world = withObject(start(), gatewayKind, open);
  const closed = aRoute({ ...spec, parentRefs: [{ name: 'gw', namespace: SHOP }] }, { namespace: 'front' });
  t.is(toldTo(closed, world)[0]?.[0], 'Accepted False NotAllowedByListeners');
  t.deepEqual(toldTo(route, world), [unresolved('RefNotPermitted')]);
  t.deepEqual(toldTo(route, withObject(world, referenceGrantKind, aGrant('HTTPRoute', 'Service'))), [GOOD]);
});

test('entries of other controllers stay, and those of parents that are not named any more go', (t) => {
  const foreign = {
    parentRef: { name: 'foreign' },
    controllerName: 'example.com/other',
    conditions: [],
  };
  const first = withObject(start(), httpRouteKind, {
    ...aRoute({ parentRefs: [{ name: 'gw' }, { name: 'foreign' }] }),
    status: { parents: [foreign] },
  });
  const world = settled(first);
  const controllersOf = (in_: World) =>
    routeIn(in_)?.status?.parents.map(({ controllerName }) => controllerName);
  t.deepEqual(controllersOf(world), ['example.com/other', GATEWAY_CONTROLLER]);
  const without = settled(
    withChange(world, httpRouteKind, shopKey('route'), (now) => ({
      ...now,
      spec: { ...now.spec, parentRefs: [{ name: 'foreign' }] },
    })),
  );
  t.deepEqual(routeIn(without)?.status?.parents, [foreign]);
});

test('a Service that comes and goes changes ResolvedRefs, and its time; that of Accepted stays', (t) => {
  const world = settled(withObject(start(), httpRouteKind, aRoute()));
  const conditions = (in_: World) => routeIn(in_)?.status?.parents[0]?.conditions ?? [];
  const gone = settled(withDeletion(later(world, 60_000), serviceKind, shopKey('web')));
  t.deepEqual(said(conditions(gone)), unresolved('BackendNotFound'));
  t.is(conditions(gone)[0]?.lastTransitionTime, conditions(world)[0]?.lastTransitionTime);
  t.is(conditions(gone)[1]?.lastTransitionTime, '2026-01-01T00:01:00Z');
  t.is(conditions(gone)[1]?.message, 'there is no Service shop/web');
});

test('the oldest of several TCPRoutes has the port; the others are told, and follow it', (t) => {
  const routes = [
    aTcpRoute({ name: 'late', creationTimestamp: '2026-01-01T00:00:02Z' }),
    aTcpRoute({ creationTimestamp: '2026-01-01T00:00:01Z' }),
  ];
  const world = settled(withObjects(start(), tcpRouteKind, routes));
  const told = (in_: World, name: string) => said(tcpRouteIn(in_, name)?.status?.parents[0]?.conditions);
  t.deepEqual(told(world, 'tcp'), GOOD);
  t.deepEqual(told(world, 'late'), refused('NotAllowedByListeners'));
  t.regex(
    tcpRouteIn(world, 'late')?.status?.parents[0]?.conditions?.[0]?.message ?? '',
    /^port 5432 is that of TCPRoute shop\/tcp, which is older/,
  );
  const alone = settled(withDeletion(world, tcpRouteKind, shopKey('tcp')));
  t.deepEqual(told(alone, 'late'), GOOD);
});

test('a TCPRoute cannot belong to a Service', (t) => {
  const spec = { parentRefs: [{ ...service, name: 'web' }] };
  const world = settled(withObject(start(), tcpRouteKind, aTcpRoute({}, spec)));
  t.deepEqual(said(tcpRouteIn(world)?.status?.parents[0]?.conditions), refused('UnsupportedValue'));
});
