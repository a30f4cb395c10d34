// The metrics of a registry without their values.
import type { Registry } from 'prom-client';
import type { MetricDescription } from './metric-description.ts';

/** All that is registered, in the order of registration. */
export function describeRegistry(registry: Registry): MetricDescription[] {
  const metrics = registry.getMetricsAsArray() as unknown as (MetricDescription & {
    labelNames?: readonly string[];
  })[];
  return metrics.map(({ name, help, type, labelNames = [] }) => ({
    ...{ name, help, type },
    // What divides a histogram is no label of it.
    labels: labelNames.filter((label) => label !== 'le' && label !== 'quantile'),
  }));
}
