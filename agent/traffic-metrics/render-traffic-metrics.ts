// Counts in Prometheus' text form. Pure. By Service and revision; the node's name is added by whoever scrapes it.
import {
  bucketsOf,
  counterOf,
  LATENCY_BOUNDS_MS,
  latencySumMs,
  type TrafficCounter,
  type TrafficSeries,
} from '@gantry/api/service-traffic';
import { metricHead, type MetricDescription } from '@gantry/kit/metric-description';

/** One more line behind the labels of a series. */
interface Metric {
  name: string;
  help: string;
  counters: readonly (readonly [counter: TrafficCounter, label: string])[];
}

const PREFIX = 'gantry_service_';
const METRICS: readonly Metric[] = [
  {
    name: 'answers_total',
    help: 'Answers of pods over HTTP, by class of status.',
    counters: [
      ['answers1xx', ',code="1xx"'],
      ['answers2xx', ',code="2xx"'],
      ['answers3xx', ',code="3xx"'],
      ['answers4xx', ',code="4xx"'],
      ['answers5xx', ',code="5xx"'],
      ['answersOther', ',code="other"'],
    ],
  },
  { name: 'sessions_total', help: 'Requests (HTTP) and connections (TCP).', counters: [['sessions', '']] },
  {
    name: 'errors_total',
    help: 'Connections that could not be made, and answers that did not come whole.',
    counters: [
      ['connectErrors', ',at="connect"'],
      ['answerErrors', ',at="answer"'],
    ],
  },
  {
    name: 'retries_total',
    help: 'Tries after the first, to the same pod and to others.',
    counters: [
      ['retries', ',to="same"'],
      ['redispatches', ',to="other"'],
    ],
  },
  {
    name: 'bytes_total',
    help: 'Bytes to pods (in) and from pods (out).',
    counters: [
      ['bytesIn', ',direction="in"'],
      ['bytesOut', ',direction="out"'],
    ],
  },
];

const OF_REVISION = ['namespace', 'service', 'revision'] as const;
const LATENCY: MetricDescription = {
  ...{ name: `${PREFIX}latency_seconds`, type: 'histogram', labels: OF_REVISION },
  help: 'HTTP: whole requests; TCP: until a pod took them.',
};
const SURPLUS: MetricDescription = {
  ...{ name: `${PREFIX}series_surplus_total`, type: 'counter', labels: [] },
  help: 'Counts that were lost: too many series.',
};
const FAILURES: MetricDescription = {
  ...{ name: `${PREFIX}readings_failed_total`, type: 'counter', labels: [] },
  help: 'Readings that HAProxy did not answer.',
};
/** What {@link renderTrafficMetrics} tells. */
export const TRAFFIC_METRICS: readonly MetricDescription[] = [
  ...METRICS.map(descriptionOf),
  ...[LATENCY, SURPLUS, FAILURES],
];

/** @param own the meter's own figures: what was not counted for want of room, and readings that failed. */
export function renderTrafficMetrics(
  series: readonly TrafficSeries[],
  own: { surplus: number; failures: number },
): string {
  const counts = METRICS.map((metric) => {
    const { name } = descriptionOf(metric);
    const lines = series.flatMap((one) =>
      metric.counters.map(
        ([counter, label]) => `${name}{${labelsOf(one)}${label}} ${counterOf(one.row, counter)}\n`,
      ),
    );
    return `${metricHead(descriptionOf(metric))}${lines.join('')}`;
  });
  return [
    ...counts,
    `${metricHead(LATENCY)}${series.flatMap((one) => histogram(one).map((line) => `${line}\n`)).join('')}`,
    `${metricHead(SURPLUS)}${SURPLUS.name} ${own.surplus}\n`,
    `${metricHead(FAILURES)}${FAILURES.name} ${own.failures}\n`,
  ].join('');
}

function descriptionOf({ name, help, counters }: Metric): MetricDescription {
  const [, label = ''] = counters[0] ?? [];
  const own = /^,([a-z]+)=/.exec(label)?.[1];
  const labels = own === undefined ? OF_REVISION : [...OF_REVISION, own];
  return { name: `${PREFIX}${name}`, help, type: 'counter', labels };
}

function histogram(series: TrafficSeries): string[] {
  const { name } = LATENCY;
  const labels = labelsOf(series);
  let below = 0;
  const buckets = bucketsOf(series.row).map((count, at) => {
    const boundMs = LATENCY_BOUNDS_MS[at];
    below += count;
    return `${name}_bucket{${labels},le="${boundMs === undefined ? '+Inf' : boundMs / 1_000}"} ${below}`;
  });
  const sum = `${name}_sum{${labels}} ${latencySumMs(series.row) / 1_000}`;
  return [...buckets, sum, `${name}_count{${labels}} ${below}`];
}

/** Names of the cluster have no letter that would have to be escaped; nothing else is let through. */
function labelsOf({ service, revision }: TrafficSeries): string {
  const [namespace = '', name = ''] = service.split('/').map((word) => word.replace(/[^a-zA-Z0-9.-]/g, '_'));
  return `namespace="${namespace}",service="${name}",revision="${revision}"`;
}
