// What the control plane tells of the counts of traffic themselves, in Prometheus' form.
import { Counter, type Registry } from 'prom-client';

/** Registers the figures; once per registry. @param surplus series that were left out so far. */
export function createTrafficMetrics(registry: Registry, surplus: () => number): void {
  new Counter({
    name: 'gantry_traffic_series_surplus_total',
    help: 'Series of traffic that were left out: there are too many.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(surplus());
    },
  });
}
