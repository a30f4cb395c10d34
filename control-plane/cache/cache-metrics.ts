// The cache's figures.
import { Counter, Gauge, type Registry } from 'prom-client';

/** What the cache tells. */
export interface CacheMetrics {
  revision(revision: number): void;
  events(count: number): void;
  relisted(): void;
  quarantined(count: number): void;
  waitTimedOut(): void;
}

/** Counts nothing. */
export const noCacheMetrics: CacheMetrics = {
  revision: () => undefined,
  events: () => undefined,
  relisted: () => undefined,
  quarantined: () => undefined,
  waitTimedOut: () => undefined,
};

/** Registers the cache's metrics; once per registry. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const revision = new Gauge({ name: 'gantry_cache_revision', help: 'Newest revision seen.', registers });
  const events = new Counter({ name: 'gantry_cache_events_total', help: 'Changes applied.', registers });
  const relists = new Counter({ name: 'gantry_cache_relists_total', help: 'Full lists read.', registers });
  const quarantined = new Gauge({
    name: 'gantry_cache_quarantined_objects',
    help: 'Stored values that are no objects of their kind.',
    registers,
  });
  const timeouts = new Counter({
    name: 'gantry_cache_wait_timeouts_total',
    help: 'Reads for which the cache did not catch up in time.',
    registers,
  });
  return {
    revision: (value) => {
      revision.set(value);
    },
    events: (count) => {
      events.inc(count);
    },
    relisted: () => {
      relists.inc();
    },
    quarantined: (count) => {
      quarantined.set(count);
    },
    waitTimedOut: () => {
      timeouts.inc();
    },
  };
}
