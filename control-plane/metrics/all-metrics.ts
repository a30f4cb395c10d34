// Every metric of a control plane without a control plane: for the reference. A test compares it with one that runs.
import { EVALUATION_METRICS } from '@gantry/api/flags/evaluation-counts';
import { describeRegistry } from '@gantry/kit/describe-registry';
import type { MetricDescription } from '@gantry/kit/metric-description';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCacheMetrics } from '../cache/cache-metrics.ts';
import { createZoneMetrics } from '../controllers/node-lifecycle/zone-metrics.ts';
import { createExplanationsDropped } from '../engine/engine-metrics.ts';
import { createLeadMetrics } from '../lead.ts';
import { createLeaderMetrics } from '../leader/leader-metrics.ts';
import { createServerMetrics } from '../server/metrics.ts';
import { createTrafficMetrics } from '../server/traffic-metrics.ts';
import { createStoreMetrics } from '../store/store-metrics.ts';
import { createNotKept } from '../timeline/timeline-metrics.ts';
import { createObjectMetrics } from './object-metrics.ts';

/** What `/metrics` of a control plane tells. */
export function allControlPlaneMetrics(): MetricDescription[] {
  const registry = new Registry();
  createServerMetrics(registry);
  createTrafficMetrics(registry, () => 0);
  createStoreMetrics(registry);
  createCacheMetrics(registry);
  createLeaderMetrics(registry);
  createLeadMetrics(registry);
  createZoneMetrics(registry);
  createExplanationsDropped(registry);
  createNotKept(registry);
  createObjectMetrics(registry, { cache: { get: () => undefined, list: () => [] }, clock: NO_CLOCK });
  collectDefaultMetrics({ register: registry });
  return [...describeRegistry(registry), ...EVALUATION_METRICS];
}

const NO_CLOCK = { nowMs: () => 0, schedule: () => () => undefined };
