// What the agent of a node counts of its own work, in Prometheus' form. A registry of its own for each node, since several
// live in one process; what is a state rather than a count is read when somebody scrapes.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DriftBounds } from '../node/clock-drift.ts';
import type { CheckpointName } from '../machine/machine.ts';
import type { ProxyMetrics } from '../services/node-proxy.ts';

/** Where the parts of the agent count. */
export interface AgentMetrics {
  heartbeats: Counter<'result'>;
  heartbeatSeconds: Histogram;
  lastHeartbeat: Gauge;
  probes: Counter<'probe' | 'result'>;
  runtimeSeconds: Histogram<'operation'>;
  runtimeErrors: Counter<'operation' | 'code'>;
  limitsReached: Counter<'limit'>;
}

/** States, asked for at each scrape. */
export interface AgentStates {
  nowMs: () => number;
  /** The phase of each pod of the node. */
  podPhases(): Iterable<string>;
  drift(): DriftBounds;
  /** Since when the oldest change waits to be written; undefined where all is on disk. */
  unwritten?(): ReadonlyMap<CheckpointName, number | undefined>;
  /** Absent where nothing is led to Services. */
  proxy?: (() => ProxyMetrics | undefined) | undefined;
}

const BEAT_BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 5];
const RUNTIME_BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** Registers what is counted along the way; once per registry. */
export function createAgentMetrics(registry: Registry): AgentMetrics {
  const registers = [registry];
  const named = (suffix: string, help: string) => ({ name: `gantry_agent_${suffix}`, help, registers });
  return {
    heartbeats: new Counter({
      ...named('heartbeats_total', 'Renewals of the Lease of the node, by result: answered, failed.'),
      labelNames: ['result'],
    }),
    heartbeatSeconds: new Histogram({
      ...named('heartbeat_seconds', 'How long the control plane took to answer a heartbeat.'),
      buckets: BEAT_BUCKETS,
    }),
    lastHeartbeat: new Gauge(
      named('last_heartbeat_timestamp_seconds', 'When a heartbeat was last answered; 0 as long as none was.'),
    ),
    probes: new Counter({
      ...named('probes_total', 'Answers of probes, by kind of probe and result: success, failure.'),
      labelNames: ['probe', 'result'],
    }),
    runtimeSeconds: new Histogram({
      ...named('runtime_operation_seconds', 'How long the container engine took, by operation.'),
      labelNames: ['operation'],
      buckets: RUNTIME_BUCKETS,
    }),
    runtimeErrors: new Counter({
      ...named('runtime_errors_total', 'Operations of the container engine that failed, by code.'),
      labelNames: ['operation', 'code'],
    }),
    limitsReached: new Counter({
      ...named('limit_reached_total', 'How often a limit of the agent was reached.'),
      labelNames: ['limit'],
    }),
  };
}

/** A beat that fails is no sign of how long the control plane takes. */
export function countBeat(
  metrics: AgentMetrics,
  { isAnswered, tookMs }: { isAnswered: boolean; tookMs: number },
  nowMs: number,
): void {
  metrics.heartbeats.inc({ result: isAnswered ? 'answered' : 'failed' });
  if (!isAnswered) return;
  metrics.heartbeatSeconds.observe(tookMs / 1000);
  metrics.lastHeartbeat.set(nowMs / 1000);
}

/** Registers what is asked for at each scrape; once per registry. */
export function registerAgentStates(registry: Registry, states: AgentStates): void {
  const registers = [registry];
  const named = (suffix: string, help: string) => ({ name: `gantry_agent_${suffix}`, help, registers });
  const pods: Gauge<'phase'> = new Gauge({
    ...named('pods', 'Pods of the node, by phase.'),
    labelNames: ['phase'],
    collect() {
      for (const phase of PHASES) pods.set({ phase }, 0);
      for (const phase of states.podPhases()) pods.inc({ phase });
    },
  });
  const drift: Gauge<'bound'> = new Gauge({
    ...named(
      'clock_drift_seconds',
      "How far the server's clock is ahead: at least (low) and at most (high).",
    ),
    labelNames: ['bound'],
    collect() {
      const { lowMs, highMs } = states.drift();
      drift.set({ bound: 'low' }, lowMs / 1000);
      drift.set({ bound: 'high' }, highMs / 1000);
    },
  });
  const ages: Gauge<'checkpoint'> = new Gauge({
    ...named(
      'checkpoint_unwritten_seconds',
      'How long the oldest change of a checkpoint has waited to be written; 0 where all is on disk.',
    ),
    labelNames: ['checkpoint'],
    collect() {
      for (const [checkpoint, sinceMs] of states.unwritten?.() ?? [])
        ages.set({ checkpoint }, sinceMs === undefined ? 0 : (states.nowMs() - sinceMs) / 1000);
    },
  });
  if (states.proxy !== undefined) registerProxyStates(registry, states.nowMs, states.proxy);
}

/** Of the service proxy. */
function registerProxyStates(
  registry: Registry,
  nowMs: () => number,
  ask: () => ProxyMetrics | undefined,
): void {
  const figure = (
    suffix: string,
    help: string,
    Metric: typeof Counter | typeof Gauge,
    read: (proxy: ProxyMetrics) => number,
  ): void => {
    const metric: Counter | Gauge = new Metric({
      ...{ name: `gantry_proxy_${suffix}`, help, registers: [registry] },
      collect() {
        const proxy = ask();
        metric.reset();
        if (proxy !== undefined) metric.inc(read(proxy));
      },
    });
  };
  figure('passes_total', 'Times that the proxy was brought in step.', Counter, (of) => of.applies);
  figure('pass_failures_total', 'Times that this failed.', Counter, (of) => of.failures);
  figure('commands_total', 'Commands that HAProxy took without a reload.', Counter, (of) => of.commands);
  figure('reloads_total', 'New configurations of HAProxy, its starts included.', Counter, (of) => of.reloads);
  figure('last_pass_seconds', 'How long the last pass took.', Gauge, (of) => of.lastApplyMs / 1000);
  figure('lag_seconds', 'How long the oldest news of Services has waited to be in force.', Gauge, (of) =>
    of.waitingSinceMs === undefined ? 0 : (nowMs() - of.waitingSinceMs) / 1000,
  );
  figure('applied_revision', 'Changes of EndpointSlices are in force up to this revision.', Gauge, (of) =>
    Number(of.appliedRevision ?? 0),
  );
  figure('applied_split_revision', 'The same of TrafficSplits.', Gauge, (of) =>
    Number(of.appliedSplitRevision ?? 0),
  );
}
