// From any start and through any changes, with crashes: who is woken says all that is to be said, and then nobody writes.
import test from 'ava';
import fc from 'fast-check';
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { leaseKind } from '@gantry/api/kinds/lease';
import { nodeKind } from '@gantry/api/kinds/node';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { keyOf, keyText, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority } from '../../auth/certificates.ts';
import type { Controller } from '../../engine/controller.ts';
import { passIn } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import {
  aGateway,
  aGrant,
  anIngress,
  aRoute,
  aTcpRoute,
  aTlsSecret,
  aWebService,
  HTTP,
  HTTPS,
  nodeStatus,
  SHOP,
  TCP,
  withClasses,
  withServingNode,
} from './toy-gateway.ts';

const controllers = gatewayControllers();
const ROUNDS_MAX = 10;
const signing = { nowMs: Date.parse('2026-01-01T00:00:00Z'), random: seededRandom(1) };

const name = fc.constantFrom('a', 'b');
const namespace = fc.constantFrom(SHOP, 'front');
const listener = fc.record({
  base: fc.constantFrom(HTTP, HTTPS, TCP, { ...HTTP, name: 'udp', protocol: 'UDP' }),
  port: fc.constantFrom(80, 443, 30_080),
  hostname: fc.constantFrom('a.example', '*.example'),
  from: fc.constantFrom('All' as const, 'Same' as const),
  secret: fc.constantFrom('a', 'b'),
});
const parentRefs = fc.array(
  fc.oneof(
    fc.record({ name, namespace }),
    fc.record({ group: fc.constant(''), kind: fc.constant('Service'), name }),
  ),
  { maxLength: 2 },
);
const rules = fc
  .tuple(name, namespace)
  .map(([service, where]) => [{ backendRefs: [{ name: service, namespace: where, port: 80 }] }]);
const listeners = fc.array(listener, { minLength: 1, maxLength: 2 }).map((drawn) =>
  drawn.map(({ base, port, hostname, from, secret }, at) => ({
    ...base,
    ...{ name: `l${at}`, port },
    ...(base.protocol === 'TCP' ? {} : { hostname }),
    ...(base.protocol === 'HTTPS' ? { tls: { certificateRefs: [{ name: secret, namespace: SHOP }] } } : {}),
    allowedRoutes: { namespaces: { from } },
  })),
);

/** Kinds with new states of their objects; what is there already is changed to it. */
function draws(pairs: readonly { certificate: string; key: string }[]) {
  const at = fc.record({ name, namespace });
  const of = <T>(
    what: fc.Arbitrary<T>,
    definition: KindDefinition,
    make: (drawn: T, key: ObjectKey) => AnyObject,
  ) => fc.tuple(what, at).map(([drawn, key]) => ({ definition, object: make(drawn, key) }));
  const node = fc.record({ number: fc.constantFrom(1, 2), isReady: fc.boolean(), fault: fc.boolean() });
  return fc.oneof(
    of(fc.tuple(listeners, fc.constantFrom('gantry', 'gantry', 'other')), gatewayKind, ([drawn, of], key) =>
      aGateway(drawn, key, of),
    ),
    of(fc.record({ parentRefs, rules }), httpRouteKind, (spec, key) => aRoute(spec, key)),
    of(fc.record({ parentRefs, rules }), tcpRouteKind, (spec, key) => aTcpRoute(key, spec)),
    of(fc.tuple(name, fc.boolean()), ingressKind, ([service, hasTls], key) =>
      anIngress(
        {
          defaultBackend: { service: { name: service, port: { number: 80 } } },
          ...(hasTls ? { tls: [{ secretName: service }] } : {}),
        },
        key,
      ),
    ),
    of(fc.constantFrom(0, 30_080), serviceKind, (nodePort, key) => {
      const port = { name: 'http', port: 80, protocol: 'TCP' as const };
      const onNodes = { type: 'NodePort' as const, ports: [{ ...port, nodePort }] };
      return aWebService(nodePort === 0 ? {} : onNodes, key);
    }),
    of(fc.constantFrom(...pairs), secretKind, (pair, key) => {
      const made = aTlsSecret(key.name, pair);
      return { ...made, metadata: key };
    }),
    of(fc.constantFrom('Gateway', 'HTTPRoute', 'TCPRoute'), referenceGrantKind, (kind, key) => ({
      ...aGrant(kind, kind === 'Gateway' ? 'Secret' : 'Service'),
      metadata: key,
    })),
    node.map(({ number, isReady, fault }) => {
      const status = nodeStatus(`10.0.0.${number}`, {
        isReady,
        faults: fault ? ['ServicesUnavailable'] : [],
      });
      const metadata = { name: `n${number}` };
      return { definition: nodeKind, object: { apiVersion: 'v1', kind: 'Node', metadata, spec: {}, status } };
    }),
  );
}

interface Draw {
  definition: KindDefinition;
  object: AnyObject;
}

function drawn(world: World, { definition, object }: Draw, isDeleted: boolean): World {
  const key = keyOf(object);
  const isThere = readerOf(world).get(definition, key) !== undefined;
  if (definition === nodeKind)
    return withChange(world, nodeKind, key, (now) => ({ ...now, status: object['status'] }), 'status');
  if (isDeleted) return isThere ? withDeletion(world, definition, key) : world;
  if (!isThere) return withObject(world, definition, object);
  return withChange(world, definition, key, (now) => ({ ...object, metadata: now.metadata }));
}

/** Keys that the triggers of a controller name for what is different, as the engine asks them. */
function woken({ triggers }: Controller, before: World, after: World): ObjectKey[] {
  const reader = readerOf(after);
  return [...new Set([...before.objects.keys(), ...after.objects.keys()])].flatMap((id) => {
    const [old, now] = [before.objects.get(id), after.objects.get(id)];
    if (old?.object === now?.object) return [];
    const { definition } = (now ?? old) as NonNullable<typeof now>;
    return triggers
      .filter((trigger) => resourceIdOf(trigger.definition) === resourceIdOf(definition))
      .filter((trigger) => !(old && now && trigger.ignores?.(now.object, old.object)))
      .flatMap((trigger) => [old, now].flatMap((one) => (one ? trigger.keys(one.object, reader) : [])));
  });
}

/** Passes over those who are woken, until nobody is. */
function followed(before: World, changed: World, crashAfter?: number): World {
  let [seen, world] = [before, changed];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const start = world;
    for (const controller of controllers)
      for (const key of woken(controller, seen, start)) {
        if (round === 0 && crashAfter !== undefined)
          world = passIn(world, controller, key, { crashAfter })?.world ?? world;
        world = passIn(world, controller, key)?.world ?? world;
      }
    if (world.revision === start.revision) return world;
    seen = start;
  }
  throw new Error(`not settled after ${ROUNDS_MAX} rounds`);
}

function leftToWrite(world: World): string[] {
  return controllers.flatMap((controller) =>
    readerOf(world)
      .list(controller.definition)
      .filter((object) => (passIn(world, controller, keyOf(object))?.changes.length ?? 0) > 0)
      .map(({ metadata }) => `${controller.name} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`),
  );
}

test('whoever is concerned is woken, says it once, and then nobody has anything to write', async (t) => {
  const pairs = [await createAuthority('a', 30, signing), await createAuthority('b', 30, signing)];
  const mixed = { certificate: pairs[0]?.certificate ?? '', key: pairs[1]?.key ?? '' };
  const step = fc.record({
    draw: draws([...pairs, mixed]),
    isDeleted: fc.constantFrom(false, false, false, true),
    crash: fc.option(fc.constant(0), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
      let world = withServingNode(withServingNode(withClasses(emptyWorld()), 1), 2);
      world = followed(emptyWorld(), world);
      for (const { draw, isDeleted, crash } of steps) {
        world = later(world, 1_000);
        world = followed(world, drawn(world, draw, isDeleted), crash);
        t.deepEqual(leftToWrite(world), []);
      }
    }),
    { numRuns: 80 },
  );
});

test('a proxy that begins to serve wakes those who tell of it; a heartbeat wakes nobody', (t) => {
  const world = withObject(withServingNode(withClasses(emptyWorld()), 1), gatewayKind, aGateway([HTTP]));
  const key = { namespace: LEASE_NAMESPACE, name: 'n1' };
  const beat = (annotations: Record<string, string>) =>
    withChange(world, leaseKind, key, (now) => ({ ...now, metadata: { ...now.metadata, annotations } }));
  const keys = (after: World) => controllers.flatMap((controller) => woken(controller, world, after));
  t.deepEqual(keys(beat({ 'gantry.dev/proxy-revision': '2' })), []);
  t.deepEqual([...new Set(keys(beat({})).map(keyText))], [`${SHOP}/gw`]);
});

test('a TCPRoute that goes wakes the one that waits for its port', (t) => {
  const parts = { parentRefs: [{ name: 'gw' }] };
  const gateway = withObject(withClasses(emptyWorld()), gatewayKind, aGateway([TCP]));
  const first = withObject(gateway, tcpRouteKind, aTcpRoute({ name: 'a' }, parts));
  const both = followed(emptyWorld(), withObject(first, tcpRouteKind, aTcpRoute({ name: 'b' }, parts)));
  const alone = followed(both, withDeletion(both, tcpRouteKind, { namespace: SHOP, name: 'a' }));
  t.deepEqual(leftToWrite(alone), []);
  const told = readerOf(alone).get(tcpRouteKind, { namespace: SHOP, name: 'b' })?.status?.parents[0];
  t.is(told?.conditions?.[0]?.status, 'True');
});
