// Figures about stored objects for Prometheus: nothing is counted along the way, all of it is read from the cache when
// somebody scrapes. How many series one figure may have is bounded.
import type { Clock } from '@gantry/kit/clock';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheReader } from '../cache/cache.ts';
import { CLUSTER_FIGURES } from './cluster-figures.ts';
import type { ObjectFigure } from './object-figure.ts';
import { RELEASE_FIGURES } from './release-figures.ts';

export interface ObjectMetricsDeps {
  cache: Pick<CacheReader, 'get' | 'list'>;
  clock: Clock;
}

/** Of one figure; further objects are not told of, and counted by `gantry_object_series_surplus_total`. */
export const OBJECT_SERIES_MAX = 10_000;

/** Registers the figures; once per registry. */
export function createObjectMetrics(
  registry: Registry,
  deps: ObjectMetricsDeps,
  figures: readonly ObjectFigure[] = [...CLUSTER_FIGURES, ...RELEASE_FIGURES],
  seriesMax = OBJECT_SERIES_MAX,
): void {
  const surplus = new Counter({
    name: 'gantry_object_series_surplus_total',
    help: 'Series about objects that a scrape was not told of, by figure: there are too many.',
    labelNames: ['figure'],
    registers: [registry],
  });
  for (const { name, help, labels, rows } of figures) {
    const gauge: Gauge = new Gauge({
      ...{ name: `gantry_${name}`, help, labelNames: [...labels], registers: [registry] },
      collect() {
        gauge.reset();
        let told = 0;
        let left = 0;
        for (const [values, value] of rows(deps.cache, deps.clock.nowMs())) {
          if (told >= seriesMax) left += 1;
          else {
            told += 1;
            gauge.set({ ...values }, value);
          }
        }
        if (left > 0) surplus.inc({ figure: name }, left);
      },
    });
  }
}
