// What the server needs from the rest of the control plane; declared here, injected by control-plane.ts.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids, Random } from '@gantry/kit/random';
import type { Cache } from '../cache/cache.ts';
import type { Explanations } from '../engine/explanations.ts';
import type { Resources } from '../resources/resources.ts';
import type { Store } from '../store/store.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { ConnectHandlers } from './connect.ts';
import type { Extension } from './extension.ts';
import type { HealthCheck } from './health.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Security } from './security.ts';
import type { TrafficSource } from './traffic-source.ts';
import type { UsageSource } from './usage-source.ts';

/** Arguments of `createApp` and `startServer`. */
export interface ServerDeps {
  cache: Cache;
  store: Pick<Store, 'list'>;
  resources: Resources;
  security: Security;
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  metrics: ServerMetrics;
  /** Aborted when the server stops: watches end. */
  stopping: AbortSignal;
  /** Asked by /readyz, in order; /livez asks those that are `vital`. */
  health: readonly HealthCheck[];
  connect?: ConnectHandlers;
  usage?: UsageSource;
  traffic?: TrafficSource;
  /** What controllers have said about their objects; known while this replica leads. */
  explanations: Pick<Explanations, 'leads' | 'all'>;
  /** What happened, and in which order. */
  timeline: Pick<Timeline, 'answer' | 'hybrid' | 'plansMadeHere'>;
  extensions?: readonly Extension[];
}
