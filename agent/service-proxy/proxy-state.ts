// What the service proxy of a node is to do, as plain data: for each port of each Service its address, mode and
// servers. Pure: the same Services and EndpointSlices give the same state, in whatever order they come.
import { SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { HEADLESS, type Service } from '@gantry/api/kinds/service';
import { isHttpPort } from '@gantry/api/gateway/http-port';
import { nameOf } from '@gantry/api/gateway/listeners';
import { backendOptionsOf, type BackendOptions } from './proxy-options.ts';
import { isIpv4, isPort, serversOf, type ProxyServer } from './proxy-servers.ts';
import { describeRouteIssue, type RouteIssue } from './routes/route-issues.ts';
import type { RouteLists } from './routes/route-lists.ts';
import { RouteTargets } from './routes/route-targets.ts';
import { NO_ROUTES, type RouteState } from './routes/routing.ts';
import { translate } from './routes/translate.ts';

export type ProxyMode = 'http' | 'tcp';

/** One port of a Service. */
export interface ProxyService {
  /** `namespace/name/port`, the port by number; one that only routes lead to has its mode before that. */
  readonly key: string;
  /** Absent where only routes lead to it. */
  readonly clusterIP?: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly mode: ProxyMode;
  readonly options: BackendOptions;
  readonly servers: readonly ProxyServer[];
}

/** Why something that was asked for is not done. */
export type ProxyIssue =
  | { type: 'udp-not-proxied'; key: string }
  | { type: 'bad-annotation'; key: string; annotation: string; problem: string }
  | { type: 'address-taken'; key: string; by: string }
  | { type: 'node-port-taken'; key: string; by: string }
  | { type: 'endpoints-forbidden'; key: string; count: number }
  | { type: 'servers-surplus'; key: string; count: number }
  | { type: 'services-surplus'; count: number }
  | RouteIssue;

export interface ProxyState {
  /** In the order of their keys. */
  readonly services: readonly ProxyService[];
  readonly routes: RouteState;
  readonly issues: readonly ProxyIssue[];
}

/** What routes are made of, and who holds ports of this node beside us. */
export interface RouteInputs {
  lists: RouteLists;
  holder(port: number): string | undefined;
}

/** Ports of Services; further ones are left out and told. */
export const PROXY_SERVICES_MAX = 5_000;

/** The desired state. */
export function proxyStateOf(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  inputs?: RouteInputs,
): ProxyState {
  const slicesOf = groupSlices(slices);
  const issues: ProxyIssue[] = [];
  const found = services
    .filter(hasAddress)
    .flatMap((service) => proxyServices(service, slicesOf.get(nameOf(service)) ?? [], issues))
    .sort(byKey);
  const kept = found.slice(0, PROXY_SERVICES_MAX);
  if (kept.length < found.length)
    issues.push({ type: 'services-surplus', count: found.length - kept.length });
  const served = withoutClashes(kept, issues);
  if (inputs === undefined) return { services: served, routes: NO_ROUTES, issues };
  const targets = new RouteTargets(served, services, slicesOf);
  const { state, issues: routeIssues } = translate({
    lists: inputs.lists,
    service: targets.service,
    target: targets.target,
    parentKeys: targets.parentKeys,
    holder: (port) => targets.nodePortHolder(port) ?? inputs.holder(port),
  });
  issues.push(...routeIssues);
  return { services: [...served, ...targets.extra()].sort(byKey), routes: state, issues };
}

/** One sentence for the log. */
export function describeIssue(issue: ProxyIssue): string {
  switch (issue.type) {
    case 'udp-not-proxied':
      return `${issue.key}: UDP is not proxied yet`;
    case 'bad-annotation':
      return `${issue.key}: annotation ${issue.annotation} ${issue.problem}; it is passed over`;
    case 'address-taken':
      return `${issue.key}: its address and port are those of ${issue.by}`;
    case 'node-port-taken':
      return `${issue.key}: its node port is that of ${issue.by}`;
    case 'endpoints-forbidden':
      return `${issue.key}: ${issue.count} endpoints have addresses that traffic may not be sent to`;
    case 'servers-surplus':
      return `${issue.key}: ${issue.count} endpoints are more than a proxy takes`;
    case 'services-surplus':
      return `${issue.count} ports of Services are more than a proxy takes`;
    default:
      return describeRouteIssue(issue);
  }
}

function groupSlices(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const { namespace = '', labels = {} } = slice.metadata;
    const name = labels[SERVICE_NAME_LABEL];
    if (name === undefined || slice.addressType !== 'IPv4') continue;
    const key = `${namespace}/${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function byKey(a: ProxyService, b: ProxyService): number {
  return a.key < b.key ? -1 : 1;
}

function hasAddress({ spec }: Service): boolean {
  const { type = 'ClusterIP', clusterIP = '' } = spec;
  return type !== 'ExternalName' && clusterIP !== HEADLESS && isIpv4(clusterIP);
}

function proxyServices(
  service: Service,
  slices: readonly EndpointSlice[],
  issues: ProxyIssue[],
): ProxyService[] {
  const { ports = [], clusterIP = '', type } = service.spec;
  const { options, problems } = backendOptionsOf(service);
  for (const problem of problems) issues.push({ type: 'bad-annotation', key: nameOf(service), ...problem });
  return ports.flatMap((servicePort): ProxyService[] => {
    const { port, name = '', nodePort = 0 } = servicePort;
    const key = `${nameOf(service)}/${port}`;
    if (!isPort(port)) return [];
    if (servicePort.protocol === 'UDP') {
      issues.push({ type: 'udp-not-proxied', key });
      return [];
    }
    const { servers, forbidden, surplus } = serversOf(slices, name);
    if (forbidden > 0) issues.push({ type: 'endpoints-forbidden', key, count: forbidden });
    if (surplus > 0) issues.push({ type: 'servers-surplus', key, count: surplus });
    const isOnNodes = (type === 'NodePort' || type === 'LoadBalancer') && isPort(nodePort);
    const mode = isHttpPort(servicePort) ? 'http' : 'tcp';
    return [{ key, clusterIP, port, ...(isOnNodes ? { nodePort } : {}), mode, options, servers }];
  });
}

/** The API server gives out no address twice; should it happen, one Service has it, and always the same. */
function withoutClashes(services: readonly ProxyService[], issues: ProxyIssue[]): ProxyService[] {
  const keys = new Set<string>();
  const addresses = new Map<string, string>();
  const nodePorts = new Map<number, string>();
  return services.flatMap((service) => {
    const { key, clusterIP = '', port, nodePort, ...rest } = service;
    const by = keys.has(key) ? key : addresses.get(`${clusterIP}:${port}`);
    if (by !== undefined) {
      issues.push({ type: 'address-taken', key, by });
      return [];
    }
    keys.add(key);
    addresses.set(`${clusterIP}:${port}`, key);
    if (nodePort === undefined) return [service];
    const nodePortBy = nodePorts.get(nodePort);
    if (nodePortBy === undefined) {
      nodePorts.set(nodePort, key);
      return [service];
    }
    issues.push({ type: 'node-port-taken', key, by: nodePortBy });
    return [{ key, clusterIP, port, ...rest }];
  });
}
