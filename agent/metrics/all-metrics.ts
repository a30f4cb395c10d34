// Every metric of a node without a node: for the reference. A test compares it with one that runs.
import { describeRegistry } from '@gantry/kit/describe-registry';
import type { MetricDescription } from '@gantry/kit/metric-description';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createDnsMetrics } from '../dns/dns-metrics.ts';
import { NODE_FLAG_METRICS } from '../flags/node-flags.ts';
import { UNKNOWN_DRIFT } from '../node/clock-drift.ts';
import { TRAFFIC_METRICS } from '../traffic-metrics/render-traffic-metrics.ts';
import { createAgentMetrics, registerAgentStates } from './agent-metrics.ts';

/** What an agent tells, the counts of its service proxy included. */
export function allNodeMetrics(): MetricDescription[] {
  const registry = new Registry();
  createAgentMetrics(registry);
  registerAgentStates(registry, {
    nowMs: () => 0,
    podPhases: () => [],
    drift: () => UNKNOWN_DRIFT,
    proxy: () => undefined,
  });
  createDnsMetrics(registry);
  collectDefaultMetrics({ register: registry });
  return [...describeRegistry(registry), ...TRAFFIC_METRICS, ...NODE_FLAG_METRICS];
}
