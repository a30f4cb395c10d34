// What went through Services between two readings, as rows of a table. Pure.
import { latencyQuantile, type RevisionTraffic, type ServiceTraffic } from '@gantry/api/service-traffic';

/** A reading: all Services that are asked about. */
export type TrafficReading = readonly ServiceTraffic[];

export const TRAFFIC_HEAD = [
  ...['NAMESPACE', 'NAME', 'REVISION', 'REQ/S', 'OK%', '4XX%', '5XX%'],
  ...['P50', 'P99', 'RETRIES/S', 'BYTES/S'],
] as const;

const NONE = '-';
const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

/** One row for each revision that took something in between; the others would only pile up with each rollout. */
export function trafficRows(before: TrafficReading, after: TrafficReading): string[][] {
  return after.flatMap((service) => {
    const { namespace = '', name = '' } = service.metadata;
    const old = before.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    if (old === undefined) return [];
    const seconds = Math.max(0.001, (Date.parse(service.timestamp) - Date.parse(old.timestamp)) / 1_000);
    return service.revisions.flatMap((revision) => {
      const was = old.revisions.find((one) => one.revision === revision.revision);
      const grown = grownSince(was, revision);
      return isIdle(grown) ? [] : [[namespace, name, revision.revision || NONE, ...cells(grown, seconds)]];
    });
  });
}

/** Requests and connections since counting began. */
export function sessionsOf(reading: TrafficReading): number {
  return reading
    .flatMap(({ revisions }) => revisions)
    .reduce((sum, { counters }) => sum + counters.sessions, 0);
}

/** A control plane that has started anew in between tells less than before: then nothing is known. */
function grownSince(before: RevisionTraffic | undefined, after: RevisionTraffic): RevisionTraffic {
  const less = (now: number, was = 0): number => Math.max(0, now - was);
  const counters = Object.fromEntries(
    Object.entries(after.counters).map(([name, count]) => [
      name,
      less(count, before?.counters[name as keyof RevisionTraffic['counters']]),
    ]),
  ) as RevisionTraffic['counters'];
  const counts = after.latency.counts.map((count, at) => less(count, before?.latency.counts[at]));
  return { ...after, counters, latency: { ...after.latency, counts } };
}

function isIdle({ counters, latency }: RevisionTraffic): boolean {
  return [...Object.values(counters), ...latency.counts].every((count) => count === 0);
}

function cells({ counters, latency }: RevisionTraffic, seconds: number): string[] {
  const { answers1xx, answers2xx, answers3xx, answers4xx, answers5xx, answersOther } = counters;
  const ok = answers1xx + answers2xx + answers3xx;
  const answers = ok + answers4xx + answers5xx + answersOther;
  const share = (count: number): string => (answers === 0 ? NONE : percent(count / answers));
  const quantile = (at: number): string => duration(latencyQuantile(latency.counts, at));
  return [
    rate(counters.sessions / seconds),
    ...[ok, answers4xx, answers5xx].map(share),
    ...[quantile(0.5), quantile(0.99)],
    rate((counters.retries + counters.redispatches) / seconds),
    bytes((counters.bytesIn + counters.bytesOut) / seconds),
  ];
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

/** 100 and 0 are said only when they are meant. */
function percent(share: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  return Math.min(99.99, Math.max(0.01, share * 100)).toFixed(2);
}

function duration(ms: number | undefined): string {
  if (ms === undefined) return NONE;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)}s`;
  return ms >= 10 ? `${Math.round(ms)}ms` : `${ms.toFixed(1)}ms`;
}

function bytes(perSecond: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, perSecond)) / 10)));
  const scaled = perSecond / 1024 ** step;
  return `${step === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)}${UNITS[step] ?? ''}`;
}
