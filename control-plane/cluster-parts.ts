// The parts of a real cluster that need both its keys and its cache: who may do what, joining, tunnels, usage, traffic.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids, Random } from '@gantry/kit/random';
import { createMeasure } from './analysis/providers/create-measure.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createAuthorization } from './auth/authorize.ts';
import { joinExtensions } from './auth/join.ts';
import type { ClusterKeys } from './auth/key-folder.ts';
import { createSessions } from './auth/sessions.ts';
import { tokenExtension } from './auth/token-extension.ts';
import type { Tokens } from './auth/tokens.ts';
import type { Cache } from './cache/cache.ts';
import type { CacheParts } from './control-plane.ts';
import { pageExtensions } from './dashboard/page-extension.ts';
import { sessionExtensions } from './dashboard/session-extensions.ts';
import type { Store } from './store/store.ts';
import { tunnelReports } from './timeline/node-records.ts';
import { createReplicaPeers } from './timeline/other-replicas.ts';
import { createTrafficSource } from './traffic/node-traffic-source.ts';
import { createUsageSource } from './tunnel/node-usage-source.ts';
import { createPodConnect } from './tunnel/pod-connect.ts';
import { tellNodes } from './tunnel/tell-nodes.ts';
import { tellReplicas } from './tunnel/tell-replicas.ts';
import { createTunnels } from './tunnel/tunnel-registry.ts';

/** What they are made from. */
export interface ClusterPartsDeps {
  keys: ClusterKeys;
  tokens: Tokens;
  store: Store;
  /** Where the page of the dashboard is, if there is one. */
  pageFolder: string;
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
}

/** Makes them. */
export function clusterParts(deps: ClusterPartsDeps, cache: Cache): CacheParts {
  const { authorityFingerprint } = deps.keys;
  const end = new AbortController();
  const sessions = createSessions(deps);
  // Never fails: what goes wrong is logged and tried again.
  void sessions.run(end.signal);
  const withSessions = { ...deps, sessions, authorityFingerprint };
  const tunnels = createTunnels(deps);
  const peers = createReplicaPeers({ keys: deps.keys, cache });
  const stopTellingNodes = tellNodes({ ...deps, tunnels, cache });
  let stopTelling: () => void = () => undefined;
  const traffic = createTrafficSource({ ...deps, tunnels, cache });
  return {
    security: { authenticate: createAuthenticate(withSessions), ...createAuthorization(cache) },
    connect: createPodConnect({ tunnels, clock: deps.clock }),
    usage: createUsageSource({ tunnels, cache, clock: deps.clock }),
    traffic,
    nodeReports: tunnelReports({ tunnels, clock: deps.clock }),
    planPeers: peers,
    measure: createMeasure({ clock: deps.clock, traffic, cache }),
    extensions: [
      tunnels.extension,
      tokenExtension(deps),
      ...pageExtensions({ folder: deps.pageFolder, logger: deps.logger }),
      ...sessionExtensions(withSessions),
      ...joinExtensions({ ...deps, authority: deps.keys.authority, cache }),
    ],
    onServing(self) {
      peers.self(self);
      stopTelling = tellReplicas({ ...deps, tunnels, cache, self });
    },
    close: () => {
      end.abort();
      stopTelling();
      stopTellingNodes();
      traffic.close();
      tunnels.close();
      // Connections of a replica that stops: nobody waits for what is under way on them.
      void peers.close();
    },
  };
}
