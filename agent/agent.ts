// One node: joins its halves. Pods run on the runtime and are reported back; the node itself is registered, beats,
// and is looked after.
import { setMaxListeners } from 'node:events';
import type { Client, Transport } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids, Random } from '@gantry/kit/random';
import { Registry } from 'prom-client';
import type { NodeDns as NodeDnsPart } from './dns/node-dns.ts';
import { parseResolvConf } from './dns/host-resolv-conf.ts';
import { CLUSTER_DOMAIN, type NodeDns } from './dns/resolv-conf.ts';
import { createNodeFlags, NO_FLAGS, type NodeFlags, type NodeFlagsDeps } from './flags/node-flags.ts';
import type { Machine, MachineFacts, MachineUsage } from './machine/machine.ts';
import {
  countBeat,
  createAgentMetrics,
  registerAgentStates,
  type AgentMetrics,
  type AgentStates,
} from './metrics/agent-metrics.ts';
import { measuredRuntime } from './metrics/measured-runtime.ts';
import { createHeartbeat, type Heartbeat } from './node/heartbeat.ts';
import { allocatableOf, nodeLabels, type NodeOptions } from './node/node-object.ts';
import type { NodeNewsFeed } from './node/node-news.ts';
import { createNodeRegistration } from './node/node-registration.ts';
import { runNodeUpkeep, type NetworkView } from './node/node-upkeep.ts';
import { observeDates } from './node/observe-dates.ts';
import { readRuntimeInfo } from './node/runtime-info.ts';
import { createPodServices, type PodServicesDeps } from './pods/pod-services.ts';
import { createPodSide, type PodSide } from './pods/pod-side.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { NodeProxy } from './services/node-proxy.ts';
import { createTrafficSide, type TrafficSide } from './services/traffic-side.ts';
import { createNodeTimeline, type NodeTimeline } from './timeline/node-timeline.ts';
import type { TrafficMeter } from './traffic-metrics/traffic-meter.ts';
import type { NodeServices } from './tunnel/node-services.ts';

export interface AgentOptions {
  node: NodeOptions;
  heartbeatIntervalMs: number;
  /** From the first beat to the second, where many agents start together; an interval when absent. */
  secondBeatMs?: number | undefined;
  /** Where pods find the names of the cluster; absent: they resolve as the node does. */
  dns?: Omit<NodeDns, 'host'> | undefined;
}

export interface AgentDeps {
  transport: Transport;
  runtime: Runtime;
  machine: Machine;
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
  options: AgentOptions;
  /** What is told of the node itself; it is watched when absent. */
  nodeNews?: NodeNewsFeed | undefined;
  /** What leads to Services from this node; nothing when absent. */
  serviceProxy?: NodeProxy | undefined;
  /** Counts what goes through Services; only beside a proxy that tells it. */
  trafficMeter?: TrafficMeter | undefined;
  /** Where the figures of the node are registered; one of its own when absent. */
  registry?: Registry | undefined;
  /** Answers for names of Services; only beside a proxy. */
  nodeDns?: NodeDnsPart | undefined;
  /** Where flags are evaluated for the node's pods; nowhere when absent. */
  flags?: Pick<NodeFlagsDeps, 'address' | 'port' | 'listen'> | undefined;
  /** The pod network, whose state is a condition of the node. */
  network?: NetworkView | undefined;
}

export interface Agent {
  /** What the tunnel offers to the control plane. */
  services: NodeServices;
  /** Stops looking after the node; containers run on. */
  stop(): Promise<void>;
}

/** Starts the agent of a node. Neither the control plane nor the runtime has to be there yet. */
export async function startAgent(given: AgentDeps): Promise<Agent> {
  const { registry = new Registry(), machine, clock, logger, options } = given;
  const metrics = createAgentMetrics(registry);
  const runtime = measuredRuntime(given.runtime, clock, metrics);
  const deps = { ...given, runtime, metrics };
  const { name } = options.node;
  await machine.prepare();
  const { system, ...own } = await machine.facts();
  const facts = { ...own, runtime: await readRuntimeInfo(runtime, clock, system) };
  const timeline = createNodeTimeline({ ...deps, nodeName: name });
  const dates = observeDates(timeline.exchanging(deps.transport), clock);
  const client = createClient({ transport: dates.transport, fieldManager: 'gantry-agent' });
  const node = {
    ...{ name, hostIp: facts.address, isRoot: facts.isRoot, podsFolder: machine.podsFolder },
    ...{ allocatable: allocatableOf(options.node, facts), dns: nodeDnsOf(options, facts) },
  };
  const podSide = createPodSide({ ...deps, client, node, timeline });
  const registration = createNodeRegistration({
    ...deps,
    ...{ client, nodeName: name, labels: nodeLabels(options.node, facts) },
  });
  const end = new AbortController();
  const { signal } = end;
  setMaxListeners(LISTENERS_MAX, signal);
  const flags = nodeFlagsOf(deps, client);
  const traffic = createTrafficSide({ ...deps, dns: deps.nodeDns, flags: flags.known }, client);
  const heartbeat = heartbeatOf(deps, client, { podSide, traffic, flags });
  const upkeep = { ...deps, facts, registration, options: options.node };
  const parts = owned(logger, [
    podSide.run(signal),
    heartbeat.run(signal),
    traffic.run(() => heartbeat.beatSoon(), signal),
    flags.run(signal),
    runNodeUpkeep(
      {
        ...upkeep,
        drift: () => dates.bounds(),
        isPodKnown: (uid) => podSide.isPodKnown(uid),
        proxyFault: traffic.fault,
        flagsFault: flags.error,
      },
      signal,
    ),
  ]);
  const states = {
    podPhases: () => podSide.pods.list().map(({ status }) => status.phase ?? 'Pending'),
    drift: () => dates.bounds(),
  };
  return {
    services: createPodServices({
      ...{ ...podSide, runtime },
      ...figuresOf({ ...deps, registry }, flags, { ...states, timeline }),
    }),
    async stop() {
      end.abort(new Error('the agent stops'));
      await Promise.all(parts);
      await runtime.close();
    },
  };
}

/** Beats for the node; wakes the others once the control plane is back. */
function heartbeatOf(
  deps: AgentDeps & { metrics: AgentMetrics },
  client: Client,
  { podSide, traffic, flags }: { podSide: PodSide; traffic: TrafficSide; flags: NodeFlags },
): Heartbeat {
  const { clock, metrics, options } = deps;
  const { heartbeatIntervalMs: intervalMs, secondBeatMs, node } = options;
  return createHeartbeat({
    ...{ ...deps, client, nodeName: node.name, intervalMs, secondBeatMs },
    ...{ proxyRevision: traffic.revision, drainedRevision: traffic.drainedRevision },
    splitRevision: traffic.splitRevision,
    onAnswer: () => flags.noteAnswer(),
    onBeat: (isAnswered, tookMs) => countBeat(metrics, { isAnswered, tookMs }, clock.nowMs()),
    onBack() {
      podSide.retryNow();
      flags.retryNow();
      traffic.retryNow();
    },
  });
}

/** One part that fails does not take the others with it. */
function owned(logger: Logger, parts: readonly Promise<void>[]): Promise<void>[] {
  return parts.map((part) =>
    part.catch((error: unknown) => {
      logger.error('a part of the agent has ended', { error: messageOf(error) });
    }),
  );
}

function nodeFlagsOf(deps: AgentDeps, client: NodeFlagsDeps['client']): NodeFlags {
  if (deps.flags === undefined) return NO_FLAGS;
  const { heartbeatIntervalMs } = deps.options;
  return createNodeFlags({ ...deps, ...deps.flags, client, heartbeatIntervalMs });
}

/** Each part of the agent and each of its waits listens for the end; more than these are a leak. */
const LISTENERS_MAX = 60;

/** Pods that resolve as the node does need no more than its file. */
function nodeDnsOf({ dns }: AgentOptions, { resolvConf = '' }: Pick<MachineFacts, 'resolvConf'>): NodeDns {
  return { clusterDns: [], clusterDomain: CLUSTER_DOMAIN, ...dns, host: parseResolvConf(resolvConf) };
}

/** What the tunnel is told of this node. */
function figuresOf(
  deps: AgentDeps & { registry: Registry; metrics: AgentMetrics },
  flags: Pick<NodeFlags, 'metricsText'>,
  {
    timeline,
    ...states
  }: Pick<AgentStates, 'podPhases' | 'drift'> & { timeline: Pick<NodeTimeline, 'report'> },
): Pick<PodServicesDeps, 'nodeUsage' | 'traffic' | 'metrics' | 'onLimit' | 'timeline'> {
  const { machine, clock, trafficMeter, registry, serviceProxy } = deps;
  registerAgentStates(registry, {
    ...states,
    nowMs: () => clock.nowMs(),
    unwritten: () => machine.unwritten?.() ?? new Map(),
    proxy: serviceProxy?.metrics === undefined ? undefined : () => serviceProxy.metrics?.(),
  });
  return {
    timeline: (options) => timeline.report(options),
    nodeUsage: () => machine.usage() ?? noUsage(clock),
    traffic: async () => trafficMeter?.report(),
    async metrics() {
      const texts = [await registry.metrics(), await trafficMeter?.metricsText(), flags.metricsText()];
      return texts.filter((text) => text !== undefined).join('\n');
    },
    onLimit: (limit) => deps.metrics.limitsReached.inc({ limit }),
  };
}

/** A machine without the kernel's files tells nothing. */
function noUsage(clock: Clock): MachineUsage {
  return { cpuMilli: 0, memoryBytes: 0, atMs: clock.nowMs() };
}
