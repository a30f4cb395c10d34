// The reference page of metrics, from what the programs register. Pure.
import type { MetricDescription } from '@gantry/kit/metric-description';

/** Metrics of one kind of endpoint. */
export interface MetricSheet {
  title: string;
  intro: string;
  metrics: readonly MetricDescription[];
}

/** Units by the end of a name, the longer first; a counter's `_total` is taken off before. */
const UNITS: readonly (readonly [end: string, unit: string])[] = [
  ['_timestamp_seconds', 'seconds since 1970'],
  ['_time_seconds', 'seconds'],
  ['_seconds', 'seconds'],
  ['_bytes', 'bytes'],
  ['_bytes_sent', 'bytes'],
  ['_ratio', 'ratio, 0 to 1'],
  ['_info', 'always 1'],
  ['_revision', 'revision of etcd'],
  ['_zone_health', 'percent'],
];

/** What labels say, where a name alone does not. */
const LABELS: Readonly<Record<string, string>> = {
  aborted: 'true or false',
  action: 'what a controller asked for: create, update, delete, write-status, …',
  at: 'where an error came up: connect, answer',
  attempt: 'kind of call to etcd: read, write',
  bound: 'low, high',
  cause: 'why something was dropped',
  checkpoint: 'what is kept on disk: pods, sources, services, routes, splits, certificates, flags',
  code: 'outcome: an HTTP status or its class, or the code of an error',
  condition: 'type of the condition: Ready, DiskPressure, …',
  controller: 'name of the controller',
  direction: 'in: to pods, out: from pods',
  feature_flag: 'name of the FeatureFlag',
  figure: 'name of the metric without `gantry_`',
  filter: 'name of the scheduler’s filter',
  flag: 'key of the flag',
  kind: 'request or watch; of garbage collection major, minor, incremental, weakcb',
  limit: 'name of the limit',
  name: 'name of the object',
  namespace: 'namespace of the object',
  node: 'name of the node',
  operation: 'what the engine was asked: start-container, list-containers, …',
  phase: 'phase of the object',
  probe: 'startup, liveness, readiness',
  queue: 'active, backing-off, parked',
  rcode: 'result of DNS: NOERROR, NXDOMAIN, …',
  reason: 'why, in one word',
  resource: 'plural and group: `pods`, `rollouts.gantry.dev`',
  result: 'how it ended: done, failed, …; the metric lists them',
  revision: 'hash of the pod template; empty for pods of nobody',
  service: 'name of the Service',
  status: 'True, False, Unknown',
  strategy: 'canary, blueGreen',
  subresource: 'status, scale, log, …; empty for the object itself',
  to: 'same: the same pod again, other: another pod',
  type: 'type of the question or of the thing',
  variant: 'variant of the flag; empty where programs use their own value',
  verb: 'get, list, watch, create, …',
  version: 'version of the program, or generation of the FeatureFlag',
  what: 'requests or streams',
  zone: 'zone of the nodes, by their labels; empty without',
};

/** The page. */
export function renderMetricsReference(sheets: readonly MetricSheet[]): string {
  const used = new Set(sheets.flatMap(({ metrics }) => metrics.flatMap(({ labels }) => labels)));
  const labels = Object.entries(LABELS).filter(([label]) => used.has(label));
  return [
    '<!-- Written by `make reference`. -->\n\n# Metrics\n\n',
    'How they are reached, what bounds their number and what comes with them: [observability](../design/observability.md).\n',
    'A histogram has `_bucket` (label `le`), `_sum` and `_count`. Prometheus adds `job` and `instance`, and for nodes `node`.\n',
    ...sheets.map(sheetText),
    '\n## Labels\n\n| label | says |\n|---|---|\n',
    ...labels.map(([label, says]) => `| \`${label}\` | ${says} |\n`),
  ].join('');
}

/** In Prometheus' words: `seconds`, `bytes`, …; for what is counted a number. */
export function unitOf({ name }: Pick<MetricDescription, 'name'>): string {
  const bare = name.replace(/_total$/, '');
  return UNITS.find(([end]) => bare.endsWith(end))?.[1] ?? 'number';
}

function sheetText({ title, intro, metrics }: MetricSheet): string {
  const rows = [...metrics]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      (metric) =>
        `| \`${metric.name}\` | ${metric.type} | ${unitOf(metric)} | ${metric.labels.map((label) => `\`${label}\``).join(' ')} | ${metric.help.replaceAll('|', '\\|')} |\n`,
    );
  return `\n## ${title}\n\n${intro}\n\n| name | type | unit | labels | tells |\n|---|---|---|---|---|\n${rows.join('')}`;
}
