// Joins the parts of a control plane: store -> cache -> resources -> server. One call starts it, one stops it in
// the reverse order; everything that touches the world comes in as an argument.
import { kinds } from '@gantry/api/registry';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids, Random } from '@gantry/kit/random';
import { bootstrap } from './admission/bootstrap.ts';
import { admissionSteps } from './admission/steps.ts';
import { createCache } from './cache/create-cache.ts';
import type { FedCache } from './cache/create-cache.ts';
import { createResources } from './resources/create-resources.ts';
import type { Resources } from './resources/resources.ts';
import type { ConnectHandlers } from './server/connect.ts';
import type { Extension } from './server/extension.ts';
import type { HealthCheck } from './server/health.ts';
import { createServerMetrics } from './server/metrics.ts';
import type { Security } from './server/security.ts';
import { startServer } from './server/server.ts';
import type { ListenOptions } from './server/server.ts';
import type { UsageSource } from './server/usage-source.ts';
import type { Store } from './store/store.ts';

/** What a control plane is made of. */
export interface ControlPlaneOptions {
  store: Store;
  listen: ListenOptions;
  security: Security;
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  connect?: ConnectHandlers;
  usage?: UsageSource;
  extensions?: readonly Extension[];
}

/** A control plane that runs. */
export interface ControlPlane {
  url: string;
  port: number;
  cache: FedCache;
  resources: Resources;
  /** Stops serving, then everything behind it. The store is the caller's. */
  stop(): Promise<void>;
}

/** Starts all parts; resolves when the API answers. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { store, clock, ids, random, logger, security } = options;
  const stopping = new AbortController();
  const metrics = createServerMetrics();
  const cache = createCache({ store, kinds, clock, logger, random });
  const fed = cache.run(stopping.signal);
  const { authorizeWrite } = security;
  const resources = createResources({
    store,
    cache,
    clock,
    ids,
    admission: admissionSteps,
    ...(authorizeWrite === undefined ? {} : { authorizeWrite }),
  });
  await cache.ready(stopping.signal);
  await bootstrap(resources, stopping.signal);
  const health = healthChecks(stopping.signal);
  const server = await startServer({ ...options, cache, resources, metrics, health }, options.listen);
  return {
    url: server.url,
    port: server.port,
    cache,
    resources,
    async stop() {
      await server.stop();
      stopping.abort();
      await fed;
    },
  };
}

function healthChecks(stopping: AbortSignal): HealthCheck[] {
  return [
    { name: 'ping', vital: true, trouble: () => undefined },
    {
      name: 'shutdown',
      vital: false,
      trouble: () => (stopping.aborted ? 'the server is stopping' : undefined),
    },
  ];
}
