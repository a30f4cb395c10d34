// Counts in Prometheus' text form. Pure. By Service and revision; the node's name is added by whoever scrapes it.
import {
  bucketsOf,
  counterOf,
  LATENCY_BOUNDS_MS,
  latencySumMs,
  type TrafficCounter,
  type TrafficSeries,
} from '@gantry/api/service-traffic';

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

/** @param own the meter's own figures: what was not counted for want of room, and readings that failed. */
export function renderTrafficMetrics(
  series: readonly TrafficSeries[],
  own: { surplus: number; failures: number },
): string {
  const lines: string[] = [];
  for (const { name, help, counters } of METRICS) {
    lines.push(...head(name, help, 'counter'));
    for (const one of series)
      for (const [counter, label] of counters)
        lines.push(`${PREFIX}${name}{${labelsOf(one)}${label}} ${counterOf(one.row, counter)}`);
  }
  lines.push(...head('latency_seconds', 'HTTP: whole requests; TCP: until a pod took them.', 'histogram'));
  for (const one of series) lines.push(...histogram(one));
  lines.push(...head('series_surplus_total', 'Counts that were lost: too many series.', 'counter'));
  lines.push(`${PREFIX}series_surplus_total ${own.surplus}`);
  lines.push(...head('readings_failed_total', 'Readings that HAProxy did not answer.', 'counter'));
  lines.push(`${PREFIX}readings_failed_total ${own.failures}`);
  return `${lines.join('\n')}\n`;
}

function histogram(series: TrafficSeries): string[] {
  const name = `${PREFIX}latency_seconds`;
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

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} ${type}`];
}

/** Names of the cluster have no letter that would have to be escaped; nothing else is let through. */
function labelsOf({ service, revision }: TrafficSeries): string {
  const [namespace = '', name = ''] = service.split('/').map((word) => word.replace(/[^a-zA-Z0-9.-]/g, '_'));
  return `namespace="${namespace}",service="${name}",revision="${revision}"`;
}
