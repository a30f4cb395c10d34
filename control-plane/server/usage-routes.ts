// metrics.k8s.io: what nodes and pods use, for `kubectl top`. Served from injected samples, never stored.
import { formatBytes, formatCpu } from '@gantry/api/quantity';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { matchesLabels, parseLabelSelector } from '@gantry/api/label-selector';
import { badRequest, notFound } from '@gantry/api/status-error';
import { timeText } from '@gantry/kit/time-text';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import type { PathHandler } from './path-routes.ts';
import type { NodeUsage, PodUsage, UsageSource } from './usage-source.ts';
import { METRICS } from './virtual-resources.ts';

const API_VERSION = `${METRICS.group}/${METRICS.version}`;
const ROOT = `/apis/${API_VERSION}`;

type Labels = Readonly<Record<string, string>> | undefined;

/** Adds the routes, if there is a source. */
export function usageRoutes(
  get: (path: string, handler: PathHandler) => void,
  deps: Pick<ServerDeps, 'usage' | 'cache'>,
): void {
  const { usage } = deps;
  if (usage === undefined) return;
  get(`${ROOT}/nodes`, async (exchange) => list('NodeMetricsList', await nodes(deps, usage, exchange)));
  get(`${ROOT}/nodes/:name`, async (exchange, { name = '' }) =>
    one({ group: METRICS.group, resource: 'nodes' }, name, await nodes(deps, usage, exchange)),
  );
  get(`${ROOT}/pods`, async (exchange) => list('PodMetricsList', await pods(deps, usage, exchange, '')));
  get(`${ROOT}/namespaces/:namespace/pods`, async (exchange, { namespace = '' }) =>
    list('PodMetricsList', await pods(deps, usage, exchange, namespace)),
  );
  get(`${ROOT}/namespaces/:namespace/pods/:name`, async (exchange, { namespace = '', name = '' }) =>
    one({ group: METRICS.group, resource: 'pods' }, name, await pods(deps, usage, exchange, namespace)),
  );
}

interface MetricsObject {
  metadata: { name: string };
}

function list(kind: string, items: readonly MetricsObject[]): Answer {
  return valueAnswer({ kind, apiVersion: API_VERSION, metadata: {}, items });
}

function one(
  resource: { group: string; resource: string },
  name: string,
  items: readonly MetricsObject[],
): Answer {
  const item = items.find(({ metadata }) => metadata.name === name);
  if (item === undefined) throw notFound(resource, name);
  return valueAnswer(item);
}

async function nodes(
  deps: Pick<ServerDeps, 'cache'>,
  usage: UsageSource,
  exchange: Exchange,
): Promise<MetricsObject[]> {
  const isWanted = labelFilter(exchange);
  const samples = await usage.nodes(exchange.signal);
  return samples.flatMap((sample) => {
    const labels = deps.cache.get(nodeKind, { namespace: '', name: sample.node })?.metadata.labels;
    return isWanted(labels) ? [nodeMetrics(sample, labels)] : [];
  });
}

async function pods(
  deps: Pick<ServerDeps, 'cache'>,
  usage: UsageSource,
  exchange: Exchange,
  namespace: string,
): Promise<MetricsObject[]> {
  const isWanted = labelFilter(exchange);
  const samples = await usage.pods(namespace, exchange.signal);
  return samples.flatMap((sample) => {
    const pod = deps.cache.get(podKind, { namespace: sample.namespace, name: sample.name });
    const { labels } = pod?.metadata ?? {};
    return pod !== undefined && isWanted(labels) ? [podMetrics(sample, labels)] : [];
  });
}

function labelFilter({ query }: Exchange): (labels: Labels) => boolean {
  const parsed = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!parsed.ok) throw badRequest(`unable to parse the label selector: ${parsed.message}`);
  return (labels) => matchesLabels(parsed.selector, labels);
}

function nodeMetrics(sample: NodeUsage, labels: Labels): MetricsObject {
  return {
    ...head('NodeMetrics', { name: sample.node, labels }, sample),
    usage: figures(sample),
  } as MetricsObject;
}

function podMetrics(sample: PodUsage, labels: Labels): MetricsObject {
  const { name, namespace } = sample;
  const containers = sample.containers.map((container) => ({
    name: container.name,
    usage: figures(container),
  }));
  return { ...head('PodMetrics', { name, namespace, labels }, sample), containers } as MetricsObject;
}

function head(
  kind: string,
  { labels, ...identity }: { name: string; namespace?: string; labels: Labels },
  { atMs, windowMs }: { atMs: number; windowMs: number },
): MetricsObject {
  const timestamp = timeText(atMs);
  const metadata = { ...identity, creationTimestamp: timestamp, ...(labels === undefined ? {} : { labels }) };
  const window = `${Math.max(1, Math.round(windowMs / 1000))}s`;
  return { kind, apiVersion: API_VERSION, metadata, timestamp, window } as MetricsObject;
}

function figures({ cpuMilli, memoryBytes }: { cpuMilli: number; memoryBytes: number }): object {
  return { cpu: formatCpu(cpuMilli), memory: formatBytes(memoryBytes) };
}
