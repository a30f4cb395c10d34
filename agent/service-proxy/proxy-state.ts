// What the service proxy of a node is to do, as plain data: for each port of each Service its address, mode and
// servers. Pure: the same Services and EndpointSlices give the same state, in whatever order they come.
import { SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { HEADLESS, type Service } from '@gantry/api/kinds/service';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { isHttpPort } from '@gantry/api/gateway/http-port';
import { nameOf } from '@gantry/api/gateway/listeners';
import { withoutClashes, type ClashIssue } from './clashes.ts';
import type { DatagramService } from './datagrams.ts';
import { backendOptionsOf, type BackendOptions } from './proxy-options.ts';
import { describeOuterIssue, withOuterPorts, type OuterIssue } from './outer-ports.ts';
import { isIpv4, isPort, serversOf, type ProxyServer } from './proxy-servers.ts';
import { describeRouteIssue, type RouteIssue } from './routes/route-issues.ts';
import type { RouteLists } from './routes/route-lists.ts';
import { RouteTargets } from './routes/route-targets.ts';
import { NO_ROUTES, type RouteState } from './routes/routing.ts';
import { splitState } from './splits/split-state.ts';
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
  /** Of a Service of type LoadBalancer: the port at the addresses of the nodes. */
  readonly outerPort?: number;
  /** Who may come in there, as ranges; everybody when absent. */
  readonly sources?: readonly string[];
  readonly mode: ProxyMode;
  readonly options: BackendOptions;
  readonly servers: readonly ProxyServer[];
  /** All servers belong to pods that are being stopped. */
  readonly isEnding?: boolean;
}

/** Why something that was asked for is not done. */
export type ProxyIssue =
  | ClashIssue
  | { type: 'bad-annotation'; key: string; annotation: string; problem: string }
  | { type: 'endpoints-forbidden'; key: string; count: number }
  | { type: 'servers-surplus'; key: string; count: number }
  | { type: 'services-surplus'; count: number }
  | OuterIssue
  | RouteIssue;

export interface ProxyState {
  /** In the order of their keys. */
  readonly services: readonly ProxyService[];
  /** In the order of their keys. */
  readonly datagrams: readonly DatagramService[];
  readonly routes: RouteState;
  readonly issues: readonly ProxyIssue[];
}

/** What routes are made of, and who holds ports of this node beside us. */
export interface RouteInputs {
  lists: RouteLists;
  holder(port: number): string | undefined;
  /** Addresses of this node. */
  ownAddresses?: ReadonlySet<string>;
  splits?: readonly TrafficSplit[];
  /** Whether HAProxy can tell which side a user belongs to, and copy requests; assumed when absent. */
  hasLua?: boolean;
}

/** Ports of Services of one protocol; further ones are left out and told. */
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
    .flatMap((service) => portsOf(service, slicesOf.get(nameOf(service)) ?? [], issues));
  const served = fitting(
    found.filter((port) => 'mode' in port),
    issues,
  );
  const datagrams = fitting(
    found.filter((port) => 'isSticky' in port),
    issues,
  );
  const outer = withOuterPorts(served, services, inputs, issues);
  if (inputs === undefined) return { services: served, datagrams, routes: NO_ROUTES, issues };
  const targets = new RouteTargets(outer, services, slicesOf);
  const { state, issues: routeIssues } = translate({
    lists: inputs.lists,
    service: targets.service,
    target: targets.target,
    parentKeys: targets.parentKeys,
    holder: (port) => targets.nodePortHolder(port) ?? inputs.holder(port),
    hasLua: inputs.hasLua ?? true,
  });
  const split = splitState({ hasLua: true, splits: [], ...inputs }, targets, outer, state);
  issues.push(...routeIssues, ...split.issues);
  return { services: [...split.services].sort(byKey), datagrams, routes: split.routes, issues };
}

/** One sentence for the log. */
export function describeIssue(issue: ProxyIssue): string {
  switch (issue.type) {
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
    case 'outer-port-held':
      return describeOuterIssue(issue);
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

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}

function fitting<T extends ProxyService | DatagramService>(found: readonly T[], issues: ProxyIssue[]): T[] {
  const sorted = found.toSorted(byKey);
  const kept = sorted.slice(0, PROXY_SERVICES_MAX);
  if (kept.length < sorted.length)
    issues.push({ type: 'services-surplus', count: sorted.length - kept.length });
  return withoutClashes(kept, (issue) => issues.push(issue));
}

function hasAddress({ spec }: Service): boolean {
  const { type = 'ClusterIP', clusterIP = '' } = spec;
  return type !== 'ExternalName' && clusterIP !== HEADLESS && isIpv4(clusterIP);
}

function portsOf(
  service: Service,
  slices: readonly EndpointSlice[],
  issues: ProxyIssue[],
): (ProxyService | DatagramService)[] {
  const { ports = [], clusterIP = '', type } = service.spec;
  const { options, problems } = backendOptionsOf(service);
  for (const problem of problems) issues.push({ type: 'bad-annotation', key: nameOf(service), ...problem });
  return ports.flatMap((servicePort): (ProxyService | DatagramService)[] => {
    const { port, name = '', nodePort = 0, protocol = 'TCP' } = servicePort;
    const key = `${protocol === 'UDP' ? 'udp:' : ''}${nameOf(service)}/${port}`;
    if (!isPort(port)) return [];
    const { servers, forbidden, surplus, isEnding } = serversOf(slices, name, protocol);
    if (forbidden > 0) issues.push({ type: 'endpoints-forbidden', key, count: forbidden });
    if (surplus > 0) issues.push({ type: 'servers-surplus', key, count: surplus });
    const isOnNodes = (type === 'NodePort' || type === 'LoadBalancer') && isPort(nodePort);
    const place = { key, clusterIP, port, ...(isOnNodes ? { nodePort } : {}) };
    if (protocol === 'UDP') {
      const targets = servers.filter(({ state }) => state === 'ready');
      return [{ ...place, isSticky: options.affinitySeconds !== undefined, targets }];
    }
    return [{ ...place, mode: isHttpPort(servicePort) ? 'http' : 'tcp', options, servers, isEnding }];
  });
}
