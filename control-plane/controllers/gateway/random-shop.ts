// Gateways, routes, Ingresses and all that they name, by chance, for tests: few names, so that they meet.
import fc from 'fast-check';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { nodeKind } from '@gantry/api/kinds/node';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import { readerOf, withChange, withDeletion, withObject, type World } from '../../engine/toy-world.ts';
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
} from './toy-gateway.ts';

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
export function draws(pairs: readonly { certificate: string; key: string }[]) {
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

/** An object of a kind. */
export interface Draw {
  definition: KindDefinition;
  object: AnyObject;
}

/** The world with a drawn object, or without it. */
export function drawn(world: World, { definition, object }: Draw, isDeleted: boolean): World {
  const key = keyOf(object);
  const isThere = readerOf(world).get(definition, key) !== undefined;
  if (definition === nodeKind)
    return withChange(world, nodeKind, key, (now) => ({ ...now, status: object['status'] }), 'status');
  if (isDeleted) return isThere ? withDeletion(world, definition, key) : world;
  if (!isThere) return withObject(world, definition, object);
  return withChange(world, definition, key, (now) => ({ ...object, metadata: now.metadata }));
}
