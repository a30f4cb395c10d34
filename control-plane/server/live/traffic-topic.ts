// The topic of traffic: rates and latencies of Services by revision.
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { SERVICE_TRAFFIC } from '@gantry/api/service-traffic';
import type { ServerDeps } from '../deps.ts';
import type { TrafficSource } from '../traffic-source.ts';
import { authorizeList } from './authorize-list.ts';
import { TRAFFIC_EVERY_MS } from './live-limits.ts';
import type { Reading, Topic } from './topics.ts';
import { momentOf, ratesBetween, type TrafficMoment } from './traffic-rates.ts';

const PATH = '/gantry/v1/live/traffic';

/** The topic, if there is a source. */
export function trafficTopic(deps: Pick<ServerDeps, 'traffic' | 'cache' | 'security'>): Topic[] {
  const { traffic } = deps;
  if (traffic === undefined) return [];
  const { group, version, resource } = SERVICE_TRAFFIC;
  return [
    {
      path: PATH,
      everyMs: TRAFFIC_EVERY_MS,
      reading(user, query) {
        const namespace = query.get('namespace') ?? '';
        authorizeList(deps.security, user, { group: '', version: 'v1', resource: 'services' }, namespace);
        authorizeList(deps.security, user, { group, version, resource }, namespace);
        return { name: namespace, read: () => readingOf(deps, traffic, namespace) };
      },
    },
  ];
}

function readingOf({ cache }: Pick<ServerDeps, 'cache'>, traffic: TrafficSource, namespace: string): Reading {
  let before: TrafficMoment | undefined;
  return async (signal) => {
    const { sums, atMs } = await traffic.sums(signal);
    const services = cache.list<Service>(serviceKind, namespace === '' ? undefined : namespace);
    const now = momentOf(services, sums, atMs);
    const rates = before === undefined ? undefined : ratesBetween(before, now);
    before = now;
    return rates === undefined ? undefined : { type: 'TRAFFIC', object: rates };
  };
}
