// Tells every agent whose tunnel leads here where its own node is, when its tunnel opens and whenever the node changes: a watch
// for each would hold a connection for each.
import { nodeKind } from '@gantry/api/kinds/node';
import type { Cache, CacheReader } from '../cache/cache.ts';
import { announce, type AnnounceDeps } from './announce.ts';
import type { Tunnels } from './tunnel-registry.ts';

export interface TellNodesDeps extends AnnounceDeps {
  tunnels: Pick<Tunnels, 'open' | 'onOpen'>;
  cache: Pick<CacheReader, 'get'> & Pick<Cache, 'onEvent'>;
}

/** @returns what ends it. */
export function tellNodes(deps: TellNodesDeps): () => void {
  const { tunnels, cache } = deps;
  const tell = (name: string): void => {
    const node = cache.get(nodeKind, { namespace: '', name });
    announce(deps, name, { kind: 'node', revision: node?.metadata.resourceVersion ?? '' });
  };
  const stopEvents = cache.onEvent(nodeKind, ({ object }) => {
    tell(object.metadata.name ?? '');
  });
  const stopOpens = tunnels.onOpen(tell);
  return () => {
    stopEvents();
    stopOpens();
  };
}
