// Which Gateways, routes and Ingresses a change of something else concerns. Changes of status concern nobody but their
// own object.
import type { AnyRoute } from '@gantry/api/gateway/attachments';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind, type Gateway } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind, type Ingress } from '@gantry/api/kinds/ingress';
import { referenceGrantKind } from '@gantry/api/kinds/reference-grant';
import { secretKind, type Secret } from '@gantry/api/kinds/secret';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import isEqual from 'fast-deep-equal';
import type { CacheReader } from '../../cache/cache.ts';
import type { Trigger } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { nodePortsOf } from './node-ports.ts';
import {
  backendsOf,
  gatewaysOf,
  names,
  secretsOfGateway,
  secretsOfIngress,
  servicesOfIngress,
  servicesOfRoute,
} from './references.ts';
import { servingTriggers } from './serving-nodes.ts';

type Keys = (cache: CacheReader) => ObjectKey[];

const allGateways: Keys = (cache) => cache.list(gatewayKind).map(keyOf);
const allIngresses: Keys = (cache) => cache.list(ingressKind).map(keyOf);

/** Of Gateways: they share the ports of the nodes, so each concerns all. */
export function gatewayTriggers(): Trigger[] {
  return [
    ownTrigger(gatewayKind),
    onSpec(gatewayKind, (_gateway, cache) => allGateways(cache)),
    onSpec(gatewayClassKind, (_class, cache) => allGateways(cache)),
    onSpec(httpRouteKind, (route) => gatewaysOf(route)),
    // The older one of two has the port.
    onSpec(tcpRouteKind, (_route, cache) => allGateways(cache)),
    onSpec(referenceGrantKind, ({ metadata }, cache) =>
      gatewaysThat(cache, (gateway) =>
        secretsOfGateway(gateway).some(({ namespace }) => namespace === metadata.namespace),
      ),
    ),
    onSecret((key, cache) => gatewaysThat(cache, (gateway) => names(secretsOfGateway(gateway), key))),
    onNodePorts(allGateways),
    ...servingTriggers(allGateways),
  ];
}

/** Of HTTPRoutes or TCPRoutes. */
export function routeTriggers(definition: KindDefinition<AnyRoute>): Trigger[] {
  const those = (cache: CacheReader, holds: (route: AnyRoute) => boolean): ObjectKey[] =>
    cache.list(definition).filter(holds).map(keyOf);
  // Ports of TCP have one route: whatever concerns one concerns all.
  const isShared = definition.kind === tcpRouteKind.kind;
  return [
    ownTrigger(definition),
    ...(isShared ? [onSpec(tcpRouteKind, (_route, cache) => those(cache, () => true))] : []),
    onSpec(gatewayKind, (gateway, cache) =>
      those(cache, (route) => isShared || names(gatewaysOf(route), keyOf(gateway))),
    ),
    onSpec(gatewayClassKind, (_class, cache) => those(cache, () => true)),
    {
      definition: serviceKind,
      keys: (service, cache) => those(cache, (route) => names(servicesOfRoute(route), keyOf(service))),
      ignores: hasSameSpec,
    },
    onSpec(referenceGrantKind, ({ metadata }, cache) =>
      those(cache, (route) => backendsOf(route).some(({ namespace }) => namespace === metadata.namespace)),
    ),
  ];
}

/** Of Ingresses. */
export function ingressTriggers(): Trigger[] {
  const those = (cache: CacheReader, holds: (ingress: Ingress) => boolean): ObjectKey[] =>
    cache.list(ingressKind).filter(holds).map(keyOf);
  return [
    ownTrigger(ingressKind),
    { definition: ingressClassKind, keys: (_class, cache) => allIngresses(cache) },
    onSpec(gatewayKind, (_gateway, cache) => allIngresses(cache)),
    onSpec(gatewayClassKind, (_class, cache) => allIngresses(cache)),
    {
      definition: serviceKind,
      keys: (service, cache) => those(cache, (ingress) => names(servicesOfIngress(ingress), keyOf(service))),
      ignores: hasSameSpec,
    },
    onSecret((key, cache) => those(cache, (ingress) => names(secretsOfIngress(ingress), key))),
    onNodePorts(allIngresses),
    ...servingTriggers(allIngresses),
  ];
}

function gatewaysThat(cache: CacheReader, holds: (gateway: Gateway) => boolean): ObjectKey[] {
  return cache.list(gatewayKind).filter(holds).map(keyOf);
}

function onSpec<T extends AnyObject>(
  definition: KindDefinition<T>,
  keys: (object: T, cache: CacheReader) => readonly ObjectKey[],
): Trigger {
  return {
    definition,
    keys: (object, cache) => keys(object as T, cache),
    ignores: (object, previous) => hasSameSpec(object, previous) && !isReplaced(object, previous),
  };
}

function onSecret(keys: (key: ObjectKey, cache: CacheReader) => ObjectKey[]): Trigger {
  return {
    definition: secretKind,
    keys: (secret, cache) => keys(keyOf(secret), cache),
    ignores: (secret, previous) => isEqual((secret as Secret).data, (previous as Secret).data),
  };
}

/** A Service without ports of nodes, before and after, takes nobody's place. */
function onNodePorts(keys: Keys): Trigger {
  return {
    definition: serviceKind,
    keys: (service, cache) => (nodePortsOf(service as Service).length === 0 ? [] : keys(cache)),
    ignores: (service, previous) =>
      isEqual(nodePortsOf(service as Service), nodePortsOf(previous as Service)),
  };
}

function hasSameSpec(object: AnyObject, previous: AnyObject): boolean {
  return isEqual(object['spec'], previous['spec']);
}

/** Another object under the same name may be younger. */
function isReplaced({ metadata }: AnyObject, previous: AnyObject): boolean {
  return metadata.uid !== previous.metadata.uid;
}
