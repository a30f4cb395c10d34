// Traffic that goes through Services without a proxy: so many requests a second, shared out by the splits that are asked for.
import type { CacheReader } from '@gantry/control-plane/cache/cache';
import type { TrafficSource } from '@gantry/control-plane/server/traffic-source';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { trafficSplitKind, type TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { addLatency, addRow, rowOf } from '@gantry/api/service-traffic';
import type { Clock } from '@gantry/kit/clock';

const PER_SECOND = 40;
const ERROR_SHARE = 0.002;
const LATENCY_MS = 12;
const HASH = 'rollouts-pod-template-hash';

/** A source whose sums grow with the clock. */
export function createToyTraffic(clock: Clock, cache: CacheReader): TrafficSource {
  const sums = new Map<string, Map<string, number[]>>();
  let countedAtMs = clock.nowMs();
  const count = (): void => {
    const nowMs = clock.nowMs();
    const requests = (PER_SECOND * (nowMs - countedAtMs)) / 1000;
    countedAtMs = nowMs;
    const splits = cache.list<TrafficSplit>(trafficSplitKind);
    for (const { metadata } of cache.list<Service>(serviceKind)) {
      const { namespace = '', name = '' } = metadata;
      // Nobody asks the new version past the split.
      if (splits.some((split) => split.metadata.namespace === namespace && isSideOf(split, name))) continue;
      for (const [hash, share] of sharesOf(cache, namespace, name)) {
        const rows = sums.get(`${namespace}/${name}`) ?? new Map<string, number[]>();
        sums.set(`${namespace}/${name}`, rows);
        const row = rows.get(hash) ?? rowOf({});
        rows.set(hash, row);
        add(row, requests * share);
      }
    }
  };
  return {
    sums() {
      count();
      return Promise.resolve({ sums, atMs: countedAtMs });
    },
    nodeMetrics: () => Promise.resolve(''),
    surplus: () => 0,
  };
}

function isSideOf({ spec }: TrafficSplit, name: string): boolean {
  const backends = spec.rules.flatMap((rule) => rule.backends);
  return spec.service !== name && backends.some(({ service }) => service === name);
}

function add(row: number[], requests: number): void {
  const answers5xx = requests * ERROR_SHARE;
  addRow(row, rowOf({ sessions: requests, answers2xx: requests - answers5xx, answers5xx }));
  addLatency(row, LATENCY_MS, requests);
}

/** Revisions of a Service's pods with their shares: those of its split, else all alike. */
function sharesOf(cache: CacheReader, namespace: string, service: string): Map<string, number> {
  const split = cache
    .list<TrafficSplit>(trafficSplitKind, namespace)
    .find(({ spec }) => spec.service === service);
  const backends = split?.spec.rules.at(-1)?.backends ?? [{ service, weight: 1 }];
  const total = backends.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const shares = new Map<string, number>();
  for (const { service: backend, weight = 1 } of backends) {
    const hashes = hashesOf(cache, namespace, backend);
    for (const hash of hashes) shares.set(hash, (shares.get(hash) ?? 0) + weight / total / hashes.length);
  }
  return shares;
}

function hashesOf(cache: CacheReader, namespace: string, name: string): string[] {
  const selector = cache.get<Service>(serviceKind, { namespace, name })?.spec.selector ?? {};
  const pods = cache
    .list<Pod>(podKind, namespace)
    .filter(({ metadata: { labels = {} } }) =>
      Object.entries(selector).every(([key, value]) => labels[key] === value),
    );
  return [
    ...new Set(
      pods.map(({ metadata: { labels = {} } }) => labels[HASH] ?? labels['pod-template-hash'] ?? ''),
    ),
  ];
}
