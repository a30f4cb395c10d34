// Where the replicas of the control plane are reached, as the Service `kubernetes` says.
import { endpointSliceKind, SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE } from '@gantry/api/kinds/service';
import type { CacheReader } from '../cache/cache.ts';

/** `address:port` each, sorted; none where no replica makes itself known. */
export function knownServers(cache: Pick<CacheReader, 'list'>): string[] {
  const { namespace, name } = API_SERVICE;
  const all = cache
    .list<EndpointSlice>(endpointSliceKind, namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name)
    .flatMap(({ endpoints, ports = [] }) =>
      endpoints.flatMap(({ addresses }) =>
        addresses.flatMap((address) => ports.map(({ port }) => serverText(address, port))),
      ),
    );
  return [...new Set(all)].sort();
}

/** `10.0.0.1:6443`, `[::1]:6443`. */
export function serverText(address: string, port = 443): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
