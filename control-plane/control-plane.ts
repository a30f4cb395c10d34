// Joins the parts of a control plane: store -> cache -> resources -> server, and leadership with its controllers and
// scheduler. One call starts it, one stops it in the reverse order; what touches the world comes in as an argument.
import { serverText } from '@gantry/api/known-servers';
import { kinds } from '@gantry/api/registry';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids, Random } from '@gantry/kit/random';
import type { Registry } from 'prom-client';
import { allClaims } from './addresses/all-claims.ts';
import { keepApiService, type ApiServiceDeps } from './addresses/api-service.ts';
import { DEFAULT_RANGES, type ClusterRanges } from './addresses/ranges.ts';
import type { Measure } from './analysis/measure.ts';
import { bootstrap } from './admission/bootstrap.ts';
import { admissionSteps } from './admission/steps.ts';
import { createCacheMetrics } from './cache/cache-metrics.ts';
import { createCache } from './cache/create-cache.ts';
import type { FedCache } from './cache/create-cache.ts';
import type { Controller } from './engine/controller.ts';
import { createExplanationsDropped } from './engine/engine-metrics.ts';
import { Explanations } from './engine/explanations.ts';
import { createLeadMetrics, lead } from './lead.ts';
import { createLeaderMetrics } from './leader/leader-metrics.ts';
import { createLeadership } from './leader/run-leader.ts';
import { createObjectMetrics } from './metrics/object-metrics.ts';
import { claimIndexes } from './resources/claims.ts';
import { createResources } from './resources/create-resources.ts';
import type { ResourcesDeps } from './resources/deps.ts';
import type { Resources } from './resources/resources.ts';
import { warmUp } from './resources/warm-up.ts';
import type { ConnectHandlers } from './server/connect.ts';
import type { Extension } from './server/extension.ts';
import type { HealthCheck } from './server/health.ts';
import { createServerMetrics } from './server/metrics.ts';
import type { Security } from './server/security.ts';
import type { ServerDeps } from './server/deps.ts';
import type { RunningServer } from './server/server.ts';
import { createStoreProbe } from './server/store-probe.ts';
import type { TrafficSource } from './server/traffic-source.ts';
import type { UsageSource } from './server/usage-source.ts';
import { withGroupCommit } from './store/group-commit.ts';
import type { StoreMetrics } from './store/store-metrics.ts';
import type { Store } from './store/store.ts';
import type { NodeReports } from './timeline/node-records.ts';
import { createNotKept } from './timeline/timeline-metrics.ts';
import type { PlanPeers } from './timeline/replica-plans.ts';
import { Timeline } from './timeline/timeline.ts';

/** Parts that read the cache, which exists only once the control plane does. */
export interface CacheParts {
  security: Security;
  connect?: ConnectHandlers;
  usage?: UsageSource;
  traffic?: TrafficSource;
  /** How AnalysisRuns measure while this replica leads. */
  measure?: Measure;
  /** How agents tell what happened to their pods. */
  nodeReports?: NodeReports;
  /** How other replicas are asked for the plans that they made. */
  planPeers?: PlanPeers;
  extensions?: readonly Extension[];
  /** Called once others can reach this replica, with `address:port`. */
  onServing?(self: string): void;
  /** Called when the control plane stops. */
  close?(): void;
}

/** What a control plane is made of. */
export interface ControlPlaneOptions {
  store: Store;
  /** Starts serving: on sockets, or in a simulated network. */
  serve: (deps: Omit<ServerDeps, 'stopping'>) => Promise<RunningServer>;
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  parts: (cache: FedCache) => CacheParts;
  /** Names this replica among others. */
  identity: string;
  /** Where all figures are registered, and those of the store, which is made outside. */
  metrics?: { registry: Registry; store: StoreMetrics };
  /** Addresses and ports that are given out; the usual ones when absent. */
  ranges?: ClusterRanges;
  /** The address of this replica for the Service `kubernetes`; without one it is not kept. */
  advertise?: string;
  /** What runs while this replica leads; with none it serves only. */
  controllers?: readonly Controller[];
}

/** A control plane that runs. */
export interface ControlPlane {
  url: string;
  port: number;
  cache: FedCache;
  resources: Resources;
  /** Stops leading and serving, then everything behind it. The store is the caller's. */
  stop(): Promise<void>;
}

/** Starts all parts; resolves when the API answers. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, ids, random, logger } = options;
  const stopping = new AbortController();
  const metrics = createServerMetrics(options.metrics?.registry);
  const store = withGroupCommit(options.store, options.metrics?.store);
  const cacheMetrics = createCacheMetrics(metrics.registry);
  const ranges = options.ranges ?? DEFAULT_RANGES;
  const claims = allClaims(ranges, random);
  const indexes = claimIndexes(claims);
  const cache = createCache({ store, kinds, clock, logger, random, indexes, metrics: cacheMetrics });
  createObjectMetrics(metrics.registry, { cache, clock });
  const fed = cache.run(stopping.signal);
  const parts = options.parts(cache);
  const { authorizeWrite } = parts.security;
  const timeline = createTimeline(options, parts, { store, cache, registry: metrics.registry });
  const { journal } = timeline;
  const resourcesDeps: ResourcesDeps = {
    ...{ store, cache, clock, ids, claims, journal, admission: admissionSteps },
    ...(authorizeWrite === undefined ? {} : { authorizeWrite }),
  };
  const resources = createResources(resourcesDeps);
  warmUp(kinds);
  await cache.ready(stopping.signal);
  const forget = timeline.follow();
  await bootstrap(resources, stopping.signal);
  const leaving = new AbortController();
  const probe = createStoreProbe({ store, clock });
  const probing = probe.run(stopping.signal);
  const health = [...healthChecks(leaving.signal), probe.check];
  const dropped = createExplanationsDropped(metrics.registry);
  const explanations = new Explanations(() => {
    dropped.inc();
  });
  const server = await options.serve({
    ...{ ...options, ...parts, store, cache, resources, metrics, health, explanations, timeline },
  });
  const written = { ...options, store, cache, resources };
  if (options.advertise !== undefined) parts.onServing?.(serverText(options.advertise, server.port));
  const at = { port: server.port, leaving: leaving.signal };
  const known = makeKnown(options.advertise, { ...written, ranges }, at);
  const leading = startLeading(
    { ...written, resourcesDeps, explanations, timeline, ...leadingParts(options, parts) },
    metrics.registry,
    leaving.signal,
  );
  return {
    url: server.url,
    port: server.port,
    cache,
    resources,
    async stop() {
      leaving.abort();
      // The cache lives on until the last answer is out: reads wait for it.
      await Promise.all([leading, known, server.stop()]);
      parts.close?.();
      forget();
      stopping.abort();
      await Promise.all([fed, probing]);
    },
  };
}

function createTimeline(
  { clock, identity, logger }: Pick<ControlPlaneOptions, 'clock' | 'identity' | 'logger'>,
  { nodeReports, planPeers }: Pick<CacheParts, 'nodeReports' | 'planPeers'>,
  { store, cache, registry }: { store: Store; cache: FedCache; registry: Registry },
): Timeline {
  const notKept = createNotKept(registry);
  return new Timeline({
    ...{ store, cache, clock, identity, logger },
    ...(nodeReports === undefined ? {} : { nodes: nodeReports }),
    ...(planPeers === undefined ? {} : { peers: planPeers }),
    onNotKept: (cause) => notKept.inc({ cause }),
  });
}

type LeadingDeps = Omit<Parameters<typeof lead>[0], 'metrics' | 'controllers'> & {
  identity: string;
  controllers?: readonly Controller[];
};

function leadingParts(
  { controllers }: Pick<ControlPlaneOptions, 'controllers'>,
  { measure }: Pick<CacheParts, 'measure'>,
): Pick<LeadingDeps, 'controllers' | 'measure'> {
  return {
    ...(controllers === undefined ? {} : { controllers }),
    ...(measure === undefined ? {} : { measure }),
  };
}

async function startLeading(
  { controllers, ...deps }: LeadingDeps,
  registry: Parameters<typeof createLeadMetrics>[0],
  stopping: AbortSignal,
): Promise<void> {
  if (controllers === undefined) return;
  const metrics = createLeadMetrics(registry);
  const leader = createLeaderMetrics(registry);
  const leadership = createLeadership({
    ...deps,
    onChange: (leads) => leader.changed(leads),
    lead: (term) => lead({ ...deps, controllers, metrics }, term),
  });
  await leadership.run(stopping);
}

/** Keeps the Service `kubernetes` where there is an address for it. */
async function makeKnown(
  ip: string | undefined,
  deps: Omit<ApiServiceDeps, 'own' | 'addresses'> & { ranges: ClusterRanges },
  server: { port: number; leaving: AbortSignal },
): Promise<void> {
  if (ip === undefined) return;
  const { addresses } = deps.ranges.services;
  await keepApiService({ ...deps, addresses, own: { ip, port: server.port } }, server.leaving);
}

function healthChecks(leaving: AbortSignal): HealthCheck[] {
  return [
    { name: 'ping', vital: true, trouble: () => undefined },
    {
      name: 'shutdown',
      vital: false,
      trouble: () => (leaving.aborted ? 'the server is stopping' : undefined),
    },
  ];
}
