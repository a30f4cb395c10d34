// Whether this replica leads, in Prometheus' form.
import { Counter, Gauge, type Registry } from 'prom-client';

/** Is told of changes. */
export interface LeaderMetrics {
  changed(leads: boolean): void;
}

/** Registers the figures; once per registry. */
export function createLeaderMetrics(registry: Registry): LeaderMetrics {
  const registers = [registry];
  const leading = new Gauge({
    ...{ name: 'gantry_leader_is_leader', help: 'Whether this replica leads: 1 at one of them.', registers },
  });
  const terms = new Counter({
    ...{ name: 'gantry_leader_terms_total', help: 'How often this replica has come to lead.', registers },
  });
  leading.set(0);
  return {
    changed(leads) {
      leading.set(Number(leads));
      if (leads) terms.inc();
    },
  };
}
