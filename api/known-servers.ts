// Where the replicas of the control plane are reached, as the EndpointSlices of the Service `kubernetes` say. Pure.
import { SERVICE_NAME_LABEL, type EndpointSlice } from './kinds/endpoint-slice.ts';
import { API_SERVICE } from './kinds/service.ts';

/** `address:port` each, sorted; none where no replica makes itself known. */
export function knownServers(slices: readonly EndpointSlice[]): string[] {
  const all = slices
    .filter(({ metadata }) => metadata.namespace === API_SERVICE.namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === API_SERVICE.name)
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
