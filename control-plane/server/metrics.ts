// The server's figures for Prometheus. A registry of their own, so that several servers live in one process.
import { EvaluationCounts } from '@gantry/api/flags/evaluation-counts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Where the server counts. */
export interface ServerMetrics {
  registry: Registry;
  requests: Counter<'verb' | 'resource' | 'subresource' | 'code'>;
  requestSeconds: Histogram<'verb' | 'resource'>;
  requestsInFlight: Gauge<'kind'>;
  watches: Gauge<'resource'>;
  watchEvents: Counter<'resource'>;
  bytesSent: Counter;
  limitsReached: Counter<'limit'>;
  /** Evaluations of flags, in a bounded number of series. */
  flagEvaluations: EvaluationCounts;
}

/** Makes the figures in `registry`, or in a new one. */
export function createServerMetrics(registry = new Registry()): ServerMetrics {
  const registers = [registry];
  return {
    registry,
    flagEvaluations: new EvaluationCounts(),
    requests: new Counter({
      name: 'gantry_server_requests_total',
      help: 'Requests answered.',
      labelNames: ['verb', 'resource', 'subresource', 'code'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'gantry_server_request_duration_seconds',
      help: 'Time to answer requests, watches and connections apart.',
      labelNames: ['verb', 'resource'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    requestsInFlight: new Gauge({
      name: 'gantry_server_requests_in_flight',
      help: 'Requests under way.',
      labelNames: ['kind'],
      registers,
    }),
    watches: new Gauge({
      name: 'gantry_server_watches',
      help: 'Open watches.',
      labelNames: ['resource'],
      registers,
    }),
    watchEvents: new Counter({
      name: 'gantry_server_watch_events_total',
      help: 'Events sent to watches.',
      labelNames: ['resource'],
      registers,
    }),
    bytesSent: new Counter({
      name: 'gantry_server_bytes_sent_total',
      help: 'Bytes of answers before compression.',
      registers,
    }),
    limitsReached: new Counter({
      name: 'gantry_server_limit_reached_total',
      help: 'How often a limit of the server was reached.',
      labelNames: ['limit'],
      registers,
    }),
  };
}
