// What the status of a Gateway, a route or an Ingress rests on. Secrets are read only where a certificate is named, and
// only where a ReferenceGrant lets that be.
import { ourGateways, ourGatewayClasses, ourIngresses } from '@gantry/api/gateway/classes';
import type { AnyRoute } from '@gantry/api/gateway/attachments';
import { namedCertificates } from '@gantry/api/gateway/references';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayClassKind, type GatewayClass } from '@gantry/api/kinds/gateway-class';
import { gatewayKind, type Gateway } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind, type Ingress } from '@gantry/api/kinds/ingress';
import { referenceGrantKind, type ReferenceGrant } from '@gantry/api/kinds/reference-grant';
import { secretKind, type Secret } from '@gantry/api/kinds/secret';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { tcpRouteKind, type TCPRoute } from '@gantry/api/kinds/tcp-route';
import { keyOf, keyText, type ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { gatewaysOf, names, servicesOfIngress, servicesOfRoute } from './references.ts';
import { nodePortHolders } from './node-ports.ts';
import { servingNodes, type ServingNodes } from './serving-nodes.ts';

/** What listeners and attachments follow from. */
export interface Surroundings {
  classes: readonly GatewayClass[];
  gateways: readonly Gateway[];
  tcpRoutes: readonly TCPRoute[];
  grants: readonly ReferenceGrant[];
  /** By `namespace/name`; those that are named. */
  services: ReadonlyMap<string, Service>;
}

/** A Gateway of ours. */
export interface ObservedGateway {
  gateway: Gateway;
  /** Those that name it as a parent. */
  routes: readonly AnyRoute[];
  around: Surroundings;
  /** By `namespace/name`; those that may be named. */
  secrets: ReadonlyMap<string, Secret>;
  nodes: ServingNodes;
  /** Services that have ports of nodes, by port. */
  nodePorts: ReadonlyMap<number, string>;
}

/** A route. */
export interface ObservedRoute {
  route: AnyRoute;
  around: Surroundings;
}

/** An Ingress of ours. */
export interface ObservedIngress {
  ingress: Ingress;
  around: Surroundings;
  secrets: ReadonlyMap<string, Secret>;
  nodes: ServingNodes;
  nodePorts: ReadonlyMap<number, string>;
}

/** Undefined when the class is not ours. */
export function observeClass(cache: CacheReader, key: ObjectKey): GatewayClass | undefined {
  const found = cache.get(gatewayClassKind, key);
  return found === undefined || ourGatewayClasses([found]).size === 0 ? undefined : found;
}

/** Undefined when there is no such Gateway, or it is not ours. */
export function observeGateway(cache: CacheReader, key: ObjectKey): ObservedGateway | undefined {
  const gateway = cache.get(gatewayKind, key);
  if (gateway === undefined || ourGateways([gateway], cache.list(gatewayClassKind)).length === 0)
    return undefined;
  const tcpRoutes = cache.list(tcpRouteKind);
  const routes = [...cache.list(httpRouteKind), ...tcpRoutes].filter((route) =>
    names(gatewaysOf(route), key),
  );
  return Object.freeze({
    ...{ gateway, routes },
    around: aroundOf(cache, routes.flatMap(servicesOfRoute), tcpRoutes),
    secrets: certificatesFor(cache, [gateway], []),
    nodes: servingNodes(cache),
    nodePorts: nodePortHolders(cache.list(serviceKind)),
  });
}

/** Of HTTPRoutes or TCPRoutes. */
export function observeRouteOf(definition: KindDefinition<AnyRoute>) {
  return (cache: CacheReader, key: ObjectKey): ObservedRoute | undefined => {
    const route = cache.get(definition, key);
    if (route === undefined) return undefined;
    const tcpRoutes = route.kind === 'TCPRoute' ? cache.list(tcpRouteKind) : [];
    return Object.freeze({ route, around: aroundOf(cache, servicesOfRoute(route), tcpRoutes) });
  };
}

/** Undefined when there is no such Ingress, or it is not ours. */
export function observeIngress(cache: CacheReader, key: ObjectKey): ObservedIngress | undefined {
  const ingress = cache.get(ingressKind, key);
  if (ingress === undefined || ourIngresses([ingress], cache.list(ingressClassKind)).length === 0)
    return undefined;
  return Object.freeze({
    ingress,
    around: aroundOf(cache, servicesOfIngress(ingress), []),
    secrets: certificatesFor(cache, [], [ingress]),
    nodes: servingNodes(cache),
    nodePorts: nodePortHolders(cache.list(serviceKind)),
  });
}

function aroundOf(
  cache: CacheReader,
  named: readonly ObjectKey[],
  tcpRoutes: readonly TCPRoute[],
): Surroundings {
  const services = named.flatMap((key) => cache.get(serviceKind, key) ?? []);
  return {
    classes: cache.list(gatewayClassKind),
    gateways: cache.list(gatewayKind),
    tcpRoutes,
    grants: cache.list(referenceGrantKind),
    services: new Map(services.map((service) => [keyText(keyOf(service)), service])),
  };
}

function certificatesFor(
  cache: CacheReader,
  gateways: readonly Gateway[],
  ingresses: readonly Ingress[],
): ReadonlyMap<string, Secret> {
  const grants = (namespace: string): readonly ReferenceGrant[] => cache.list(referenceGrantKind, namespace);
  const named = namedCertificates(gateways, ingresses, grants);
  return new Map(
    [...named].flatMap(([text, ref]) => {
      const secret = cache.get(secretKind, ref);
      return secret === undefined ? [] : [[text, secret] as const];
    }),
  );
}
