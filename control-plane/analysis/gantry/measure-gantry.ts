// Has all connected nodes asked what went through the Services, and makes a reading of it.
import { isHttpPort } from '@gantry/api/gateway/http-port';
import type { GantryMetric } from '@gantry/api/kinds/analysis/gantry-metric';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { CacheReader } from '../../cache/cache.ts';
import type { TrafficSource } from '../../server/traffic-source.ts';
import { errorMeasured, type Measure } from '../measure.ts';
import { added, figuresOf, NO_FIGURES, type Figures, type Reading } from './figures.ts';
import { gantryMeasured } from './gantry-measured.ts';

/** What it needs. */
export interface GantryDeps {
  traffic: Pick<TrafficSource, 'sums'>;
  cache: Pick<CacheReader, 'get' | 'list'>;
}

/** Measures metrics of the provider `gantry`. */
export function createGantryMeasure({ traffic, cache }: GantryDeps): Measure {
  return async ({ run, metric, result }, signal) => {
    const { gantry } = metric.provider;
    if (gantry === undefined) return errorMeasured('no provider');
    const { namespace = '' } = run.metadata;
    const services = servicesOf(gantry, namespace, cache);
    if ('problem' in services) return errorMeasured(services.problem);
    const { sums, atMs } = await traffic.sums(signal);
    const figures = (revision: string): Figures =>
      services.found
        .map((service) => {
          const row = sums.get(`${namespace}/${service.metadata.name ?? ''}`)?.get(revision);
          return row === undefined
            ? NO_FIGURES
            : figuresOf(row, service.spec.ports?.some(isHttpPort) === true);
        })
        .reduce(added, NO_FIGURES);
    const { revision, baselineRevision } = gantry;
    const baseline = baselineRevision === undefined ? {} : { baseline: figures(baselineRevision) };
    const reading: Reading = { atMs, canary: figures(revision), ...baseline };
    return gantryMeasured(metric, gantry, result, reading);
  };
}

function servicesOf(
  { service, services = service === undefined ? undefined : [service] }: GantryMetric,
  namespace: string,
  cache: GantryDeps['cache'],
): { found: readonly Service[] } | { problem: string } {
  if (services === undefined) return { found: cache.list(serviceKind, namespace) };
  const found = services.map((name) => ({ name, service: cache.get(serviceKind, { namespace, name }) }));
  const missing = found.filter((one) => one.service === undefined).map(({ name }) => name);
  if (missing.length > 0)
    return { problem: `there is no Service ${missing.join(', ')} in namespace ${namespace}` };
  return { found: found.flatMap((one) => one.service ?? []) };
}
