// The figures of zones, under the names that Kubernetes' node lifecycle controller gives them
// (pkg/controller/nodelifecycle/metrics.go).
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Survey } from './survey.ts';

/** Is told of each survey. */
export interface ZoneMetrics {
  surveyed(survey: Survey): void;
}

/** Tells nobody. */
export const noZoneMetrics: ZoneMetrics = { surveyed: () => undefined };

/** Registers the figures; once per registry. */
export function createZoneMetrics(registry: Registry): ZoneMetrics {
  const gauge = (suffix: string, help: string): Gauge<'zone'> =>
    new Gauge({ name: `node_collector_${suffix}`, help, labelNames: ['zone'], registers: [registry] });
  const health = gauge('zone_health', 'Ready nodes of the zone, in percent.');
  const size = gauge('zone_size', 'Nodes of the zone.');
  const unhealthy = gauge('unhealthy_nodes_in_zone', 'Nodes of the zone that are not ready.');
  const evictions = new Counter({
    ...{ name: 'node_collector_evictions_total', help: 'Nodes that came to lose their pods.' },
    ...{ labelNames: ['zone'], registers: [registry] },
  });
  return {
    surveyed({ zones }) {
      for (const one of [health, size, unhealthy]) one.reset();
      for (const zone of zones.values()) {
        const labels = { zone: zone.name };
        health.set(labels, (100 * (zone.size - zone.unready)) / zone.size);
        size.set(labels, zone.size);
        unhealthy.set(labels, zone.unready);
        evictions.inc(labels, Number(zone.hasCondemned));
      }
    },
  };
}
