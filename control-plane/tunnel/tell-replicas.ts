// Tells every agent whose tunnel leads here which replicas of the control plane there are, when its tunnel opens and when that
// changes: so agents dial all of them, and each replica can ask every node.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { knownServers } from '@gantry/api/known-servers';
import { API_SERVICE } from '@gantry/api/kinds/service';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Cache, CacheReader } from '../cache/cache.ts';
import type { Tunnels } from './tunnel-registry.ts';

export interface TellReplicasDeps {
  tunnels: Pick<Tunnels, 'open' | 'connectedNodes' | 'onOpen'>;
  cache: Pick<CacheReader, 'list'> & Pick<Cache, 'onEvent'>;
  logger: Logger;
  /** `address:port` by which this replica makes itself known. */
  self: string;
}

/** @returns what ends it. */
export function tellReplicas(deps: TellReplicasDeps): () => void {
  const { tunnels, cache, logger, self } = deps;
  const look = (): string[] =>
    knownServers(cache.list<EndpointSlice>(endpointSliceKind, API_SERVICE.namespace));
  let known = look();
  const tell = (node: string): void => {
    try {
      const stream = tunnels.open(node, { kind: 'replicas', self, replicas: known });
      stream.listener = { onResult: () => undefined };
    } catch (error) {
      logger.debug('a node is not told of the replicas', { node, error: messageOf(error) });
    }
  };
  const stopEvents = cache.onEvent(endpointSliceKind, ({ object }) => {
    if (object.metadata.namespace !== API_SERVICE.namespace) return;
    const now = look();
    if (now.join() === known.join()) return;
    known = now;
    for (const node of tunnels.connectedNodes()) tell(node);
  });
  const stopOpens = tunnels.onOpen(tell);
  for (const node of tunnels.connectedNodes()) tell(node);
  return () => {
    stopEvents();
    stopOpens();
  };
}
