// The listeners of all Gateways that are ours, and which of them cannot work. Pure; nodes and control plane agree by it.
// All Gateways share the addresses of the nodes, so listeners of different Gateways clash as those of one do.
import type { Gateway } from '../kinds/gateway.ts';
import type { Listener } from '../kinds/gateway/listener.ts';
import { GATEWAY_GROUP } from '../kinds/gateway/references.ts';

export type ListenerProtocol = 'http' | 'https' | 'tcp';

/** Why a listener does not work; `type` is the condition that says so. */
export interface ListenerProblem {
  type: 'Accepted' | 'Conflicted';
  reason:
    'UnsupportedProtocol' | 'PortUnavailable' | 'ProtocolConflict' | 'HostnameConflict' | 'UnsupportedValue';
  message: string;
}

export interface PlacedListener {
  gateway: Gateway;
  listener: Listener;
  /** Undefined when it is none of ours. */
  protocol: ListenerProtocol | undefined;
  /** Empty for all hosts. */
  hostname: string;
  /** Kinds of routes that may belong to it. */
  routeKinds: readonly string[];
  /** Kinds that were asked for and do not fit. */
  foreignKinds: readonly string[];
  /** Absent when it works. */
  problem?: ListenerProblem;
}

/** Ports of every node on which the proxy itself listens, for Services that speak HTTP and those that do not. */
export const PROXY_PORTS = { http: 10_180, tcp: 10_181 } as const;

const PROTOCOLS: Readonly<Record<string, ListenerProtocol>> = { HTTP: 'http', HTTPS: 'https', TCP: 'tcp' };
const ROUTE_KINDS: Readonly<Record<ListenerProtocol, string>> = {
  http: 'HTTPRoute',
  https: 'HTTPRoute',
  tcp: 'TCPRoute',
};

/** `namespace/name` of an object. */
export function nameOf({ metadata }: { metadata: { namespace?: string; name?: string } }): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

/** @param gateways those that are ours, the oldest first: it keeps what a younger one asks for too. */
export function placeListeners(gateways: readonly Gateway[]): readonly PlacedListener[] {
  const protocols = new Map<number, { protocol: ListenerProtocol; by: string }>();
  const places = new Map<string, string>();
  return gateways.flatMap((gateway) =>
    gateway.spec.listeners.map((listener): PlacedListener => {
      const protocol = PROTOCOLS[listener.protocol];
      const hostname = protocol === 'tcp' ? '' : (listener.hostname ?? '');
      const placed = { gateway, listener, protocol, hostname, ...routeKindsOf(listener, protocol) };
      const problem = problemOf(placed, protocols, places);
      if (problem !== undefined) return { ...placed, problem };
      const by = `listener "${listener.name}" of Gateway ${nameOf(gateway)}`;
      if (protocol !== undefined) protocols.set(listener.port, { protocol, by });
      places.set(`${listener.port} ${hostname}`, by);
      return placed;
    }),
  );
}

function routeKindsOf(
  { allowedRoutes }: Listener,
  protocol: ListenerProtocol | undefined,
): { routeKinds: string[]; foreignKinds: string[] } {
  const own = protocol === undefined ? [] : [ROUTE_KINDS[protocol]];
  const { kinds } = allowedRoutes ?? {};
  if (kinds === undefined || kinds.length === 0) return { routeKinds: own, foreignKinds: [] };
  const fits = ({ group = GATEWAY_GROUP, kind }: { group?: string; kind: string }): boolean =>
    group === GATEWAY_GROUP && own.includes(kind);
  return {
    routeKinds: own.filter((kind) => kinds.some((asked) => asked.kind === kind && fits(asked))),
    foreignKinds: kinds.filter((asked) => !fits(asked)).map(({ kind }) => kind),
  };
}

function problemOf(
  { listener, protocol, hostname }: Omit<PlacedListener, 'problem'>,
  protocols: ReadonlyMap<number, { protocol: ListenerProtocol; by: string }>,
  places: ReadonlyMap<string, string>,
): ListenerProblem | undefined {
  const { port } = listener;
  if (protocol === undefined)
    return {
      type: 'Accepted',
      reason: 'UnsupportedProtocol',
      message: `protocol ${listener.protocol} is not served; HTTP, HTTPS and TCP are`,
    };
  if (protocol === 'https' && listener.tls?.mode === 'Passthrough')
    return {
      type: 'Accepted',
      reason: 'UnsupportedValue',
      message: 'TLS is not passed through; use protocol TCP',
    };
  if (port === PROXY_PORTS.http || port === PROXY_PORTS.tcp)
    return {
      type: 'Accepted',
      reason: 'PortUnavailable',
      message: `port ${port} is that of the proxies themselves`,
    };
  const holder = protocols.get(port);
  if (holder !== undefined && holder.protocol !== protocol)
    return {
      type: 'Conflicted',
      reason: 'ProtocolConflict',
      message: `port ${port} is that of ${holder.by}, with another protocol`,
    };
  const by = places.get(`${port} ${hostname}`);
  if (by === undefined) return undefined;
  return {
    type: 'Conflicted',
    reason: 'HostnameConflict',
    message: `port ${port}${hostname === '' ? '' : ` with host ${hostname}`} is that of ${by}`,
  };
}
