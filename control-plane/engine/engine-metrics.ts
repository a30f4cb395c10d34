// The engine's figures, in Prometheus' form. Made once for a registry; all controllers share them by label.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the engine counts. */
export interface EngineMetrics {
  /** By result: done, backed-off, quarantined. */
  passes: Counter<'controller' | 'result'>;
  passSeconds: Histogram<'controller'>;
  queueDepth: Gauge<'controller'>;
  queueSeconds: Histogram<'controller'>;
  keysRefused: Counter<'controller'>;
  /** By action and result: done, unchanged, conflict, failed. */
  writes: Counter<'controller' | 'action' | 'result'>;
  poisonedKeys: Gauge<'controller'>;
  /** By cause: rate, full, failed. */
  eventsDropped: Counter<'cause'>;
  /** Sets the gauge of a `measure` action. */
  measure(metric: string, labels: Readonly<Record<string, string>>, value: number): void;
}

const PASS_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2.5, 10];
/** Most metrics that `measure` actions may bring into being; more would be a bug in a controller. */
const MEASURES_MAX = 200;

/** Counts explanations that fell out because too many were kept; ask once per registry. */
export function createExplanationsDropped(registry: Registry): Counter {
  const name = 'gantry_explanations_dropped_total';
  const help = 'Explanations that fell out because too many objects have one.';
  return new Counter({ name, help, registers: [registry] });
}

/** Registers the engine's metrics; ask once per registry. */
export function createEngineMetrics(registry: Registry): EngineMetrics {
  const registers = [registry];
  const name = (suffix: string): string => `gantry_controller_${suffix}`;
  const counter = <L extends string>(suffix: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name: suffix, help, labelNames, registers });
  const gauge = (suffix: string, help: string): Gauge<'controller'> =>
    new Gauge({ name: name(suffix), help, labelNames: ['controller'], registers });
  const seconds = (suffix: string, help: string): Histogram<'controller'> =>
    new Histogram({ name: name(suffix), help, labelNames: ['controller'], registers, buckets: PASS_BUCKETS });
  return {
    passes: counter(name('passes_total'), 'Passes over a key, by result.', ['controller', 'result']),
    passSeconds: seconds('pass_seconds', 'Duration of a pass, waiting for the cache included.'),
    queueDepth: gauge('queue_depth', 'Keys that are ready and wait for a worker.'),
    queueSeconds: seconds('queue_seconds', 'How long a ready key waited for a worker.'),
    keysRefused: counter(name('keys_refused_total'), 'Keys that a full queue did not take in.', [
      'controller',
    ]),
    writes: counter(name('writes_total'), 'Changes asked for, by action and result.', [
      'controller',
      'action',
      'result',
    ]),
    poisonedKeys: gauge('poisoned_keys', 'Keys whose plan fails; each is tried again at long intervals.'),
    eventsDropped: counter('gantry_events_dropped_total', 'Events that were not stored, by cause.', [
      'cause',
    ]),
    measure: measureInto(registry),
  };
}

function measureInto(registry: Registry): EngineMetrics['measure'] {
  const gauges = new Map<string, Gauge>();
  return (metric, labels, value) => {
    let gauge = gauges.get(metric);
    if (gauge === undefined) {
      if (gauges.size >= MEASURES_MAX) return;
      const name = `gantry_${metric}`;
      const help = 'As a controller measures it.';
      gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
      gauges.set(metric, gauge);
    }
    gauge.set({ ...labels }, value);
  };
}
