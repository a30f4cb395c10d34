// Services as rows: where they are reached, how many of their endpoints are ready, and what goes through them. Pure.
import type { Endpoint, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import { SERVICE_NAME_LABEL } from '@gantry/api/proxy-marks';
import { sumOf, type FlowSum, type TrafficFlow } from '../../live/traffic.ts';

/** One Service. */
export interface ServiceRow {
  service: Service;
  namespace: string;
  name: string;
  type: string;
  addresses: string;
  ports: string;
  ready: number;
  endpoints: number;
  flow: FlowSum | undefined;
}

/** The rows; `flow` undefined: no figures yet. */
export function serviceRows(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  flow: TrafficFlow | undefined,
): ServiceRow[] {
  const endpoints = endpointsByService(slices);
  const flows = new Map(
    (flow?.services ?? []).map(({ namespace, name, revisions }) => [
      `${namespace}/${name}`,
      sumOf(revisions),
    ]),
  );
  return services.map((service) => {
    const { namespace = '', name = '' } = service.metadata;
    const behind = endpoints.get(`${namespace}/${name}`) ?? [];
    return {
      ...{ service, namespace, name, type: typeText(service) },
      addresses: addressText(service),
      ports: portsText(service),
      ready: behind.filter(isReady).length,
      endpoints: behind.length,
      flow: flow === undefined ? undefined : (flows.get(`${namespace}/${name}`) ?? sumOf([])),
    };
  });
}

/** Endpoints of each `namespace/name`; one that several slices name for different ports counts once. */
export function endpointsByService(slices: readonly EndpointSlice[]): ReadonlyMap<string, Endpoint[]> {
  const found = new Map<string, Map<string, Endpoint>>();
  for (const { metadata, endpoints } of slices) {
    const name = metadata.labels?.[SERVICE_NAME_LABEL];
    if (name === undefined) continue;
    const place = `${metadata.namespace ?? ''}/${name}`;
    const own = found.get(place) ?? new Map<string, Endpoint>();
    for (const endpoint of endpoints) own.set(endpoint.addresses[0] ?? '', endpoint);
    found.set(place, own);
  }
  return new Map([...found].map(([place, own]) => [place, [...own.values()]]));
}

/** Absent means ready, as in Kubernetes. */
export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}

function typeText({ spec }: Service): string {
  if (spec.clusterIP === 'None') return 'Headless';
  return spec.type ?? 'ClusterIP';
}

/** Where it is reached. */
export function addressText({ spec, status }: Service): string {
  const outside = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  const own = spec.externalName ?? (spec.clusterIP === 'None' ? '' : (spec.clusterIP ?? ''));
  return [own, ...outside].filter((text) => text !== '').join(', ');
}

/** `80 (http)`, `443:30443`. */
export function portsText({ spec }: Service): string {
  return (spec.ports ?? [])
    .map(({ port, nodePort, name = '', protocol = 'TCP' }) => {
      const outside = nodePort === undefined || nodePort === 0 ? '' : `:${nodePort}`;
      const named = name === '' ? '' : ` (${name})`;
      return `${port}${outside}${protocol === 'TCP' ? '' : `/${protocol}`}${named}`;
    })
    .join(', ');
}
