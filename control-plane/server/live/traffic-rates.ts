// What goes through Services right now: what lies between two readings of numbers that only grow. Pure.
import { isHttpPort } from '@gantry/api/gateway/http-port';
import type { Service } from '@gantry/api/kinds/service';
import { latencyQuantile, type TrafficRow } from '@gantry/api/service-traffic';
import { figuresOf, NO_FIGURES, since, type Figures } from '../../analysis/gantry/figures.ts';

/** Figures by Service (`namespace/name`) and revision, at a moment. */
export interface TrafficMoment {
  atMs: number;
  services: ReadonlyMap<string, ReadonlyMap<string, Figures>>;
}

/** What a revision takes; latencies are left out when nothing was measured. */
export interface RevisionRates {
  /** The pod-template-hash; empty for pods that no Deployment made. */
  hash: string;
  requestsPerSecond: number;
  errorsPerSecond: number;
  p50Ms?: number;
  p95Ms?: number;
  p99Ms?: number;
}

/** The Services that took something; one that is not named took nothing. */
export interface TrafficRates {
  at: string;
  services: { namespace: string; name: string; revisions: RevisionRates[] }[];
}

/** The figures of these Services. */
export function momentOf(
  services: readonly Service[],
  sums: ReadonlyMap<string, ReadonlyMap<string, TrafficRow>>,
  atMs: number,
): TrafficMoment {
  const figures = services.flatMap((service): [string, ReadonlyMap<string, Figures>][] => {
    const key = `${service.metadata.namespace ?? ''}/${service.metadata.name ?? ''}`;
    const rows = sums.get(key);
    if (rows === undefined) return [];
    const isHttp = service.spec.ports?.some(isHttpPort) === true;
    return [[key, new Map([...rows].map(([hash, row]) => [hash, figuresOf(row, isHttp)]))]];
  });
  return { atMs, services: new Map(figures) };
}

/** What came between two moments, by second. */
export function ratesBetween(before: TrafficMoment, after: TrafficMoment): TrafficRates {
  const seconds = Math.max(0.001, (after.atMs - before.atMs) / 1_000);
  const services = [...after.services].flatMap(([key, revisions]) => {
    const rates = [...revisions].flatMap(([hash, figures]) => {
      const grown = since(figures, before.services.get(key)?.get(hash) ?? NO_FIGURES);
      return grown.requests === 0 ? [] : [revisionRates(hash, grown, seconds)];
    });
    const [namespace = '', name = ''] = key.split('/');
    return rates.length === 0 ? [] : [{ namespace, name, revisions: rates }];
  });
  return { at: new Date(after.atMs).toISOString(), services };
}

function revisionRates(
  hash: string,
  { requests, failures, buckets }: Figures,
  seconds: number,
): RevisionRates {
  const rates = {
    hash,
    requestsPerSecond: rounded(requests / seconds),
    errorsPerSecond: rounded(failures / seconds),
  };
  const quantile = (share: number): number | undefined => latencyQuantile(buckets, share);
  const [p50Ms, p95Ms, p99Ms] = [quantile(0.5), quantile(0.95), quantile(0.99)];
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return rates;
  return { ...rates, p50Ms: rounded(p50Ms), p95Ms: rounded(p95Ms), p99Ms: rounded(p99Ms) };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
