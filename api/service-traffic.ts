// What went through Services, counted by revision: one row of growing numbers for each Service and revision. Pure; agents
// count rows, the control plane adds them up, clients read them.
import type { ObjectMeta } from './meta.ts';

/** What is counted, in the order in which it lies in a row; each only grows. */
export const TRAFFIC_COUNTERS = [
  'answers1xx',
  'answers2xx',
  'answers3xx',
  'answers4xx',
  'answers5xx',
  'answersOther',
  /** Sessions with a server: requests for HTTP, connections for TCP. */
  'sessions',
  'connectErrors',
  /** Answers that did not come, or not whole. */
  'answerErrors',
  'retries',
  /** Retries that went to another pod. */
  'redispatches',
  'bytesIn',
  'bytesOut',
] as const;
export type TrafficCounter = (typeof TRAFFIC_COUNTERS)[number];

/** Upper bounds of the latency buckets, in milliseconds; one more bucket holds what took longer. */
export const LATENCY_BOUNDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000,
] as const;

const LATENCY_AT = TRAFFIC_COUNTERS.length;
const BUCKETS = LATENCY_BOUNDS_MS.length + 1;
/** Numbers in a row: the counters, the buckets (each on its own, not cumulative), and the sum of all latencies in ms. */
export const ROW_LENGTH = LATENCY_AT + BUCKETS + 1;

/** Numbers that only grow, as {@link ROW_LENGTH} says. */
export type TrafficRow = readonly number[];

/** The revision of pods that no Deployment made. */
export const NO_REVISION = '';

/** What one revision of one Service has taken, as an agent counts it. */
export interface TrafficSeries {
  /** `namespace/name`. */
  service: string;
  /** The pod-template-hash, or {@link NO_REVISION}. */
  revision: string;
  row: TrafficRow;
}

/** All that an agent has counted since it started. */
export interface TrafficReport {
  /** Tells this start of the agent from others; within one, every number only grows. */
  incarnation: string;
  series: readonly TrafficSeries[];
}

/** The figures of a Service as the API tells them, cumulative. */
export interface ServiceTraffic {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  /** When it was read. */
  timestamp: string;
  revisions: readonly RevisionTraffic[];
}

export interface RevisionTraffic {
  /** The pod-template-hash; empty for pods that no Deployment made. */
  revision: string;
  counters: Readonly<Record<TrafficCounter, number>>;
  latency: { boundsMs: readonly number[]; counts: readonly number[]; sumMs: number };
}

/** Where it is served. */
export const SERVICE_TRAFFIC = {
  group: 'traffic.gantry.dev',
  version: 'v1alpha1',
  kind: 'ServiceTraffic',
  resource: 'services',
} as const;

/** Nothing yet. */
export function emptyRow(): number[] {
  return new Array<number>(ROW_LENGTH).fill(0);
}

/** A row with these counters and no latency. */
export function rowOf(counters: Partial<Record<TrafficCounter, number>>): number[] {
  const row = emptyRow();
  TRAFFIC_COUNTERS.forEach((counter, at) => (row[at] = counters[counter] ?? 0));
  return row;
}

/** Adds to `into`. */
export function addRow(into: number[], row: TrafficRow): void {
  for (let at = 0; at < ROW_LENGTH; at += 1) into[at] = (into[at] ?? 0) + (row[at] ?? 0);
}

/** Counts one latency, `weight` times. */
export function addLatency(into: number[], latencyMs: number, weight: number): void {
  const found = LATENCY_BOUNDS_MS.findIndex((boundMs) => latencyMs <= boundMs);
  const at = LATENCY_AT + (found === -1 ? BUCKETS - 1 : found);
  into[at] = (into[at] ?? 0) + weight;
  into[ROW_LENGTH - 1] = (into[ROW_LENGTH - 1] ?? 0) + latencyMs * weight;
}

/** The number of a counter. */
export function counterOf(row: TrafficRow, counter: TrafficCounter): number {
  return row[TRAFFIC_COUNTERS.indexOf(counter)] ?? 0;
}

/** How many latencies fell into each bucket. */
export function bucketsOf(row: TrafficRow): readonly number[] {
  return row.slice(LATENCY_AT, LATENCY_AT + BUCKETS);
}

/** The sum of all latencies, in milliseconds. */
export function latencySumMs(row: TrafficRow): number {
  return row[ROW_LENGTH - 1] ?? 0;
}

/** As the API tells it. */
export function revisionTraffic(revision: string, row: TrafficRow): RevisionTraffic {
  const counters = Object.fromEntries(TRAFFIC_COUNTERS.map((counter) => [counter, counterOf(row, counter)]));
  return {
    revision,
    counters: counters as Record<TrafficCounter, number>,
    latency: { boundsMs: LATENCY_BOUNDS_MS, counts: bucketsOf(row), sumMs: latencySumMs(row) },
  };
}

/**
 * The latency that a share of all stayed below, as Prometheus' `histogram_quantile` reckons it: evenly spread within a
 * bucket; what took longer than the last bound counts as that bound.
 *
 * @returns undefined when nothing was counted.
 */
export function latencyQuantile(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return undefined;
  let below = 0;
  for (const [at, count] of counts.entries()) {
    const upper = LATENCY_BOUNDS_MS[at];
    if (upper === undefined) break;
    if (count > 0 && below + count >= share * total) {
      const lower = LATENCY_BOUNDS_MS[at - 1] ?? 0;
      return lower + ((upper - lower) * Math.max(0, share * total - below)) / count;
    }
    below += count;
  }
  return LATENCY_BOUNDS_MS.at(-1);
}

/** What a hash or {@link NO_REVISION} looks like. */
const REVISION = /^[a-z0-9]{0,63}$/;

/** A report as it came from a node; undefined when it is none, series that are none are left out. */
export function readTrafficReport(value: unknown): TrafficReport | undefined {
  const { incarnation, series } = (value ?? {}) as Partial<TrafficReport>;
  if (typeof incarnation !== 'string' || incarnation === '' || !Array.isArray(series)) return undefined;
  return { incarnation, series: (series as unknown[]).filter(isSeries) };
}

function isSeries(value: unknown): value is TrafficSeries {
  const { service, revision, row } = (value ?? {}) as Partial<TrafficSeries>;
  return (
    typeof service === 'string' &&
    typeof revision === 'string' &&
    REVISION.test(revision) &&
    Array.isArray(row) &&
    row.length === ROW_LENGTH &&
    (row as unknown[]).every((number) => typeof number === 'number' && Number.isFinite(number) && number >= 0)
  );
}
