// traffic.gantry.dev: what went through Services, by revision; and the metrics of a node where Kubernetes has its
// kubelet's. Served from an injected source, never stored.
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { parseLabelSelector, matchesLabels } from '@gantry/api/label-selector';
import { revisionTraffic, SERVICE_TRAFFIC, type ServiceTraffic } from '@gantry/api/service-traffic';
import { badRequest, notFound } from '@gantry/api/status-error';
import { nodeKind } from '@gantry/api/kinds/node';
import type { ServerDeps } from './deps.ts';
import { valueAnswer, type Exchange } from './exchange.ts';
import type { PathHandler } from './path-routes.ts';
import { createTrafficMetrics } from './traffic-metrics.ts';
import type { TrafficSource } from './traffic-source.ts';

const { group, version, resource, kind } = SERVICE_TRAFFIC;
const API_VERSION = `${group}/${version}`;
const ROOT = `/apis/${API_VERSION}`;
/** Prometheus' text, as its own client names it. */
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Adds the routes, if there is a source. */
export function trafficRoutes(
  get: (path: string, handler: PathHandler) => void,
  deps: Pick<ServerDeps, 'traffic' | 'cache' | 'metrics'>,
): void {
  const { traffic } = deps;
  if (traffic === undefined) return;
  createTrafficMetrics(deps.metrics.registry, () => traffic.surplus());
  const list = async (exchange: Exchange, namespace: string) => {
    const services = deps.cache.list<Service>(serviceKind, namespace === '' ? undefined : namespace);
    const items = await figuresOf(traffic, exchange, services.filter(labelFilter(exchange)));
    return valueAnswer({ kind: `${kind}List`, apiVersion: API_VERSION, metadata: {}, items });
  };
  get(`${ROOT}/${resource}`, (exchange) => list(exchange, ''));
  get(`${ROOT}/namespaces/:namespace/${resource}`, (exchange, { namespace = '' }) =>
    list(exchange, namespace),
  );
  get(`${ROOT}/namespaces/:namespace/${resource}/:name`, async (exchange, { namespace = '', name = '' }) => {
    const service = deps.cache.get<Service>(serviceKind, { namespace, name });
    if (service === undefined) throw notFound({ group, resource }, name);
    const [item] = await figuresOf(traffic, exchange, [service]);
    return valueAnswer(item ?? {});
  });
  get('/api/v1/nodes/:name/proxy/metrics', async (exchange, { name = '' }) => {
    if (deps.cache.get(nodeKind, { namespace: '', name }) === undefined)
      throw notFound({ group: '', resource: 'nodes' }, name);
    const text = await traffic.nodeMetrics(name, exchange.signal);
    return { type: 'text', status: 200, contentType: TEXT, text };
  });
}

async function figuresOf(
  traffic: TrafficSource,
  { signal }: Exchange,
  services: readonly Service[],
): Promise<ServiceTraffic[]> {
  const { sums, atMs } = await traffic.sums(signal);
  const timestamp = new Date(atMs).toISOString();
  return services.map(({ metadata: { namespace = '', name = '', labels } }) => {
    const revisions = [...(sums.get(`${namespace}/${name}`) ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([revision, row]) => revisionTraffic(revision, row));
    const metadata = { name, namespace, ...(labels === undefined ? {} : { labels }) };
    return { kind, apiVersion: API_VERSION, metadata, timestamp, revisions };
  });
}

function labelFilter({ query }: Exchange): (service: Service) => boolean {
  const parsed = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!parsed.ok) throw badRequest(`unable to parse the label selector: ${parsed.message}`);
  return ({ metadata }) => matchesLabels(parsed.selector, metadata.labels);
}
