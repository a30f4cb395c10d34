// The scheduler's figures, in Prometheus' form.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the scheduler counts. */
export interface SchedulerMetrics {
  /** By result: scheduled, unschedulable, failed (the bind did not get through). */
  attempts: Counter<'result'>;
  /** Duration of one decision over a batch. */
  decisionSeconds: Histogram;
  /** From the decision until the bind was written. */
  bindSeconds: Histogram;
  /** By queue: active, backing-off, parked. */
  pendingPods: Gauge<'queue'>;
  /** Pods that no node takes, by the filter that refused them; by several, in each of them; by none, without nodes. */
  parkedPods: Gauge<'filter'>;
  /** Placements that the cache does not show yet. */
  assumedPods: Gauge;
  /** Pods that had to leave for one of higher priority. */
  victims: Counter;
  /** Pods that a full queue did not take in; they are found again later. */
  podsRefused: Counter;
}

const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2.5, 10];

/** Registers the scheduler's metrics; ask once per registry. */
export function createSchedulerMetrics(registry: Registry): SchedulerMetrics {
  const registers = [registry];
  const named = (suffix: string, help: string) => ({ name: `gantry_scheduler_${suffix}`, help, registers });
  return {
    attempts: new Counter({ ...named('attempts_total', 'Pods tried, by result.'), labelNames: ['result'] }),
    decisionSeconds: new Histogram({
      ...named('decision_seconds', 'Duration of one decision over a batch of pods.'),
      buckets: BUCKETS,
    }),
    bindSeconds: new Histogram({
      ...named('bind_seconds', 'From the decision until the bind was written.'),
      buckets: BUCKETS,
    }),
    pendingPods: new Gauge({ ...named('pending_pods', 'Waiting pods, by queue.'), labelNames: ['queue'] }),
    parkedPods: new Gauge({
      ...named(
        'parked_pods',
        'Pods that no node takes, by filter that refuses them; `none` where there is no node.',
      ),
      labelNames: ['filter'],
    }),
    assumedPods: new Gauge(named('assumed_pods', 'Placements that the cache does not show yet.')),
    victims: new Counter(named('preemption_victims_total', 'Pods that had to leave for a higher one.')),
    podsRefused: new Counter(named('pods_refused_total', 'Times that a full queue kept pods out.')),
  };
}
