// Whom Prometheus is to scrape, in the form of its HTTP service discovery: every replica of the control plane, and every node
// through the replica that was asked, since agents are reached through their tunnels.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { nodeKind } from '@gantry/api/kinds/node';
import { API_SERVICE } from '@gantry/api/kinds/service';
import { knownServers } from '@gantry/api/known-servers';
import { badRequest } from '@gantry/api/status-error';
import type { CacheReader } from '../cache/cache.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { PathHandler } from './path-routes.ts';

/** Targets that share labels. */
interface TargetGroup {
  targets: readonly string[];
  labels: Readonly<Record<string, string>>;
}

/** As a client may name us; it comes back as an address to connect to. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;

const CONTROL_PLANES = '/sd/prometheus/control-planes';
const NODES = '/sd/prometheus/nodes';
/** The paths of the routes. */
export const SCRAPE_TARGET_PATHS = [CONTROL_PLANES, NODES] as const;

/** Adds the routes. */
export function scrapeTargetRoutes(
  get: (path: string, handler: PathHandler) => void,
  { cache }: { cache: Pick<CacheReader, 'list'> },
): void {
  get(CONTROL_PLANES, (exchange) => answer(controlPlanes(cache, hostOf(exchange))));
  get(NODES, (exchange) => answer(nodes(cache, hostOf(exchange))));
}

/** Where none is known by the Service `kubernetes`, the one that was asked. */
function controlPlanes(cache: Pick<CacheReader, 'list'>, host: string): TargetGroup[] {
  const known = knownServers(cache.list<EndpointSlice>(endpointSliceKind, API_SERVICE.namespace));
  const targets = known.length > 0 ? known : [host];
  return targets.map((target) => ({
    targets: [target],
    labels: { instance: target },
  }));
}

function nodes(cache: Pick<CacheReader, 'list'>, host: string): TargetGroup[] {
  return cache.list(nodeKind).map(({ metadata: { name = '' } }) => ({
    targets: [host],
    labels: {
      ...{ node: name, instance: name },
      __metrics_path__: `/api/v1/nodes/${encodeURIComponent(name)}/proxy/metrics`,
    },
  }));
}

function hostOf({ headers: { host = '' } }: Exchange): string {
  if (!HOST.test(host)) throw badRequest('the Host header must name this server');
  return host;
}

function answer(groups: readonly TargetGroup[]): Answer {
  return { type: 'text', status: 200, contentType: 'application/json', text: JSON.stringify(groups) };
}
