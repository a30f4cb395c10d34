// Tells every agent whose tunnel leads here which replicas of the control plane there are, when its tunnel opens and when that
// changes: so agents dial all of them, and each replica can ask every node.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { knownServers } from '@gantry/api/known-servers';
import { API_SERVICE } from '@gantry/api/kinds/service';
import type { Cache, CacheReader } from '../cache/cache.ts';
import { announce, type AnnounceDeps } from './announce.ts';
import type { Tunnels } from './tunnel-registry.ts';

export interface TellReplicasDeps extends AnnounceDeps {
  tunnels: Pick<Tunnels, 'open' | 'connectedNodes' | 'onOpen'>;
  cache: Pick<CacheReader, 'list'> & Pick<Cache, 'onEvent'>;
  /** `address:port` by which this replica makes itself known. */
  self: string;
}

/** @returns what ends it. */
export function tellReplicas(deps: TellReplicasDeps): () => void {
  const { tunnels, cache, self } = deps;
  const look = (): string[] =>
    knownServers(cache.list<EndpointSlice>(endpointSliceKind, API_SERVICE.namespace));
  let known = look();
  const tell = (node: string): void => {
    announce(deps, node, { kind: 'replicas', self, replicas: known });
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
