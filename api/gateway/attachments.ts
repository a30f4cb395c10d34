// What a route belongs to: for each parent that it names, whether it is accepted, and by which listeners or ports of a
// Service. Pure; the nodes route by it and the control plane tells of it.
import type { ParentReference } from '../kinds/gateway/references.ts';
import { GATEWAY_GROUP } from '../kinds/gateway/references.ts';
import type { Gateway } from '../kinds/gateway.ts';
import type { HTTPRoute } from '../kinds/http-route.ts';
import type { Service, ServicePort } from '../kinds/service.ts';
import type { TCPRoute } from '../kinds/tcp-route.ts';
import { commonHosts } from './hosts.ts';
import { isHttpPort } from './http-port.ts';
import type { PlacedListener } from './listeners.ts';

export type AnyRoute = HTTPRoute | TCPRoute;

/** Gateway API's words for condition Accepted. */
export type AcceptedReason =
  | 'Accepted'
  | 'NoMatchingParent'
  | 'NotAllowedByListeners'
  | 'NoMatchingListenerHostname'
  | 'UnsupportedValue';

export interface Attachment {
  ref: ParentReference;
  reason: AcceptedReason;
  message: string;
  /** Where it belongs to, each with the hosts that both have; empty text for all hosts. */
  listeners: readonly { listener: PlacedListener; hosts: readonly string[] }[];
  /** Ports of the Service whose requests it treats. */
  servicePorts: readonly { service: Service; port: ServicePort }[];
}

export interface ParentWorld {
  /** Every Gateway, ours or not. */
  gateway(namespace: string, name: string): Gateway | undefined;
  /** Listeners of a Gateway that is ours; undefined when it is not. */
  listenersOf(gateway: Gateway): readonly PlacedListener[] | undefined;
  service(namespace: string, name: string): Service | undefined;
}

/** One entry for each parent that is ours to answer for. */
export function attachmentsOf(route: AnyRoute, world: ParentWorld): readonly Attachment[] {
  return (route.spec.parentRefs ?? []).flatMap((ref): Attachment[] => {
    const { group = GATEWAY_GROUP, kind = 'Gateway' } = ref;
    if (kind === 'Gateway' && group === GATEWAY_GROUP) return toGateway(route, ref, world);
    if (kind === 'Service' && (group === '' || group === 'core')) return [toService(route, ref, world)];
    return [];
  });
}

/** An entry that belongs nowhere. */
export const refusal = (ref: ParentReference, reason: AcceptedReason, message: string): Attachment => ({
  ...{ ref, reason, message },
  ...{ listeners: [], servicePorts: [] },
});

function toGateway(route: AnyRoute, ref: ParentReference, world: ParentWorld): Attachment[] {
  const namespace = ref.namespace ?? route.metadata.namespace ?? '';
  const gateway = world.gateway(namespace, ref.name);
  if (gateway === undefined)
    return [refusal(ref, 'NoMatchingParent', `there is no Gateway ${namespace}/${ref.name}`)];
  const all = world.listenersOf(gateway);
  if (all === undefined) return [];
  const named = all.filter(
    ({ listener: { name, port } }) =>
      (ref.sectionName === undefined || name === ref.sectionName) &&
      (ref.port === undefined || port === ref.port),
  );
  if (named.length === 0)
    return [refusal(ref, 'NoMatchingParent', 'the Gateway has no listener of that name and port')];
  const open = named.filter((placed) => allows(placed, gateway, route));
  if (open.length === 0)
    return [
      refusal(
        ref,
        'NotAllowedByListeners',
        `no listener takes a ${kindOf(route)} from namespace ${route.metadata.namespace ?? ''}: see \`allowedRoutes\` and the protocols`,
      ),
    ];
  const listeners = open.flatMap((listener) => {
    const hosts = commonHosts(listener.hostname, hostnamesOf(route));
    return hosts.length === 0 ? [] : [{ listener, hosts }];
  });
  if (listeners.length === 0)
    return [refusal(ref, 'NoMatchingListenerHostname', 'no listener has a host of the route')];
  return [{ ref, reason: 'Accepted', message: 'the route is accepted', listeners, servicePorts: [] }];
}

function allows({ listener, routeKinds }: PlacedListener, gateway: Gateway, route: AnyRoute): boolean {
  if (!routeKinds.includes(kindOf(route))) return false;
  const from = listener.allowedRoutes?.namespaces?.from ?? 'Same';
  return from === 'All' || (from === 'Same' && gateway.metadata.namespace === route.metadata.namespace);
}

function toService(route: AnyRoute, ref: ParentReference, world: ParentWorld): Attachment {
  if (kindOf(route) !== 'HTTPRoute')
    return refusal(ref, 'UnsupportedValue', `a ${kindOf(route)} cannot belong to a Service`);
  const namespace = ref.namespace ?? route.metadata.namespace ?? '';
  if (namespace !== route.metadata.namespace)
    return refusal(ref, 'NotAllowedByListeners', 'the route has to be in the namespace of the Service');
  const service = world.service(namespace, ref.name);
  if (service === undefined)
    return refusal(ref, 'NoMatchingParent', `there is no Service ${namespace}/${ref.name}`);
  const ports = (service.spec.ports ?? []).filter(
    (port) => isHttpPort(port) && (ref.port === undefined || port.port === ref.port),
  );
  if (ports.length === 0)
    return refusal(
      ref,
      'NoMatchingParent',
      'the Service has no such port that speaks HTTP: name it `http`, or set its appProtocol to `http`',
    );
  const servicePorts = ports.map((port) => ({ service, port }));
  return { ref, reason: 'Accepted', message: 'the route is accepted', listeners: [], servicePorts };
}

function hostnamesOf({ spec }: AnyRoute): readonly string[] {
  return 'hostnames' in spec ? (spec.hostnames ?? []) : [];
}

/** Lists of the API do not always say the kind of their items. */
export function kindOf(route: AnyRoute): 'HTTPRoute' | 'TCPRoute' {
  return route.kind === 'TCPRoute' ? 'TCPRoute' : 'HTTPRoute';
}
