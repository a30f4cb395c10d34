// The way to the other replicas: those that the Service `kubernetes` names, over TLS, as a replica of this cluster.
import { readText } from '@gantry/api/answer-body';
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE } from '@gantry/api/kinds/service';
import { knownServers } from '@gantry/api/known-servers';
import { createNodeTransport, type NodeTransport } from '@gantry/api/node-transport';
import type { ClusterKeys } from '../auth/key-folder.ts';
import type { CacheReader } from '../cache/cache.ts';
import { PEER_ANSWERS_WITHIN_MS, type PlanPeers } from './replica-plans.ts';

/** Where a replica asks another for its plans. */
export const REPLICA_PLANS_PATH = '/gantry/v1/timeline/plans';
/** As many plans as a replica remembers, several times over. */
const ANSWER_BYTES_MAX = 16 * 1024 ** 2;
/** Timelines that are looked at at once take turns. */
const CONNECTIONS_MAX = 2;

/** The peers, and how they are left. */
export interface ReplicaPeers extends PlanPeers {
  /** Under which this replica is known: it does not ask itself. */
  self(server: string): void;
  close(): Promise<void>;
}

/** Connects when a replica is first asked; a replica that is gone is let go. */
export function createReplicaPeers({ keys, cache }: ReplicaPeersDeps): ReplicaPeers {
  const ways = new Map<string, NodeTransport>();
  let own = '';
  const servers = (): string[] =>
    knownServers(cache.list<EndpointSlice>(endpointSliceKind, API_SERVICE.namespace)).filter(
      (server) => server !== own,
    );
  const wayTo = (server: string): NodeTransport => {
    const known = ways.get(server);
    if (known !== undefined) return known;
    const way = createNodeTransport({
      ...{ server: `https://${server}`, ca: keys.authority.certificate },
      ...{ cert: keys.replica.certificate, key: keys.replica.key },
      ...{ connectTimeoutMs: PEER_ANSWERS_WITHIN_MS, connectionsMax: CONNECTIONS_MAX },
    });
    ways.set(server, way);
    return way;
  };
  const letGo = (present: readonly string[]): void => {
    for (const [server, way] of ways) {
      if (present.includes(server)) continue;
      ways.delete(server);
      // What is under way there fails, and is told as such.
      void way.close();
    }
  };
  return {
    self: (server) => void (own = server),
    servers() {
      const present = servers();
      letGo(present);
      return present;
    },
    async ask(server, { namespace, sinceMs }, signal) {
      const query = new URLSearchParams({ namespace, since: String(sinceMs) });
      const path = `${REPLICA_PLANS_PATH}?${query.toString()}`;
      const answer = await wayTo(server).transport({
        ...{ method: 'GET', path, signal },
        bodyIdleTimeoutMs: PEER_ANSWERS_WITHIN_MS,
      });
      const text = await readText(answer.body, ANSWER_BYTES_MAX);
      if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
      return JSON.parse(text) as unknown;
    },
    async close() {
      await Promise.all([...ways.values()].map((way) => way.close()));
      ways.clear();
    },
  };
}

interface ReplicaPeersDeps {
  keys: Pick<ClusterKeys, 'authority' | 'replica'>;
  cache: Pick<CacheReader, 'list'>;
}
