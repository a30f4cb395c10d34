// The parts of a real cluster that need both its keys and its cache: who may do what, joining, tunnels, usage, traffic.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Random } from '@gantry/kit/random';
import { createMeasure } from './analysis/providers/create-measure.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createAuthorization } from './auth/authorize.ts';
import { joinExtensions } from './auth/join.ts';
import type { ClusterKeys } from './auth/key-folder.ts';
import { tokenExtension } from './auth/token-extension.ts';
import type { Tokens } from './auth/tokens.ts';
import type { Cache } from './cache/cache.ts';
import type { CacheParts } from './control-plane.ts';
import { createTrafficSource } from './traffic/node-traffic-source.ts';
import { createUsageSource } from './tunnel/node-usage-source.ts';
import { createPodConnect } from './tunnel/pod-connect.ts';
import { tellReplicas } from './tunnel/tell-replicas.ts';
import { createTunnels } from './tunnel/tunnel-registry.ts';

/** Makes them. */
export function clusterParts(
  deps: { keys: ClusterKeys; tokens: Tokens; clock: Clock; random: Random; logger: Logger },
  cache: Cache,
): CacheParts {
  const tunnels = createTunnels(deps);
  let stopTelling: () => void = () => undefined;
  const traffic = createTrafficSource({ ...deps, tunnels, cache });
  return {
    security: { authenticate: createAuthenticate(deps), ...createAuthorization(cache) },
    connect: createPodConnect({ tunnels, clock: deps.clock }),
    usage: createUsageSource({ tunnels, cache }),
    traffic,
    measure: createMeasure({ clock: deps.clock, traffic, cache }),
    extensions: [
      tunnels.extension,
      tokenExtension(deps),
      ...joinExtensions({ ...deps, authority: deps.keys.authority, cache }),
    ],
    onServing(self) {
      stopTelling = tellReplicas({ ...deps, tunnels, cache, self });
    },
    close: () => {
      stopTelling();
      traffic.close();
      tunnels.close();
    },
  };
}
