// The Service `kubernetes`, by which pods find the API servers, and its EndpointSlices. Every replica says by a leased
// key that it serves; each writes the slices when they differ from those keys, so nobody has to lead for it.
import { apiVersionOf } from '@gantry/api/definition';
import {
  endpointSliceKind,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
} from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE, SERVICE_CIDR_ANNOTATION, serviceKind, type Service } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { isAlreadyExists, isConflict, isNotFound } from '@gantry/api/status-error';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import isEqual from 'fast-deep-equal';
import { SYSTEM_USER } from '../admission/bootstrap.ts';
import type { Cache } from '../cache/cache.ts';
import type { Resources, WriteContext } from '../resources/resources.ts';
import type { Store, StoreLease } from '../store/store.ts';
import { rangeText, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { firstAddressOf } from './service-claims.ts';

/** Where a replica is reached. */
export interface ServerAddress {
  ip: string;
  port: number;
}

/** What it needs. */
export interface ApiServiceDeps {
  store: Pick<Store, 'list' | 'commit' | 'grantLease'>;
  cache: Pick<Cache, 'get' | 'list' | 'waitForNewest'>;
  resources: Resources;
  clock: Clock;
  logger: Logger;
  own: ServerAddress;
  addresses: Ipv4Range;
}

/** Keys `/gantry/servers/10.0.0.1:6443`; they go with their replica's lease. */
const SERVERS_PREFIX = '/gantry/servers/';
const PORT = 443;
const PORT_NAME = 'https';
const MANAGER = 'gantry-control-plane';
/** A replica that died is left out after this long, and a look. */
const LEASE_MS = 15_000;
const LOOK_EVERY_MS = 5_000;
/** More replicas than this are no cluster's. */
const SERVERS_MAX = 100;

/** Keeps Service and slices until the signal is aborted; does not throw. */
export async function keepApiService(deps: ApiServiceDeps, signal: AbortSignal): Promise<void> {
  let lease: StoreLease | undefined;
  while (!signal.aborted) {
    try {
      lease = await registered(deps, lease, signal);
      await ensureService(deps, signal);
      await ensureSlices(deps, signal);
    } catch (error) {
      if (signal.aborted) break;
      lease = undefined;
      // Another replica does the same at the same time.
      if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error))
        deps.logger.warn('Service kubernetes not kept', { error: messageOf(error) });
    }
    await sleep(deps.clock, LOOK_EVERY_MS, signal).catch(() => undefined);
  }
  await lease?.revoke().catch(() => undefined);
}

async function registered(
  { store, own }: ApiServiceDeps,
  lease: StoreLease | undefined,
  signal: AbortSignal,
): Promise<StoreLease> {
  if (lease !== undefined) {
    await lease.keepAlive(signal);
    return lease;
  }
  const fresh = await store.grantLease(LEASE_MS, signal);
  const key = `${SERVERS_PREFIX}${own.ip}:${own.port}`;
  const write = { type: 'put', key, value: JSON.stringify(own), leaseId: fresh.id } as const;
  await store.commit({ conditions: [], writes: [write] }, signal);
  return fresh;
}

async function ensureService(deps: ApiServiceDeps, signal: AbortSignal): Promise<void> {
  const annotations = { [SERVICE_CIDR_ANNOTATION]: rangeText(deps.addresses) };
  const context = contextOf(signal);
  const present = deps.cache.get(serviceKind, API_SERVICE);
  if (present !== undefined) {
    const isRight = present.metadata.annotations?.[SERVICE_CIDR_ANNOTATION] === rangeText(deps.addresses);
    if (!isRight)
      await deps.resources.update(serviceKind, API_SERVICE, 'main', annotated(annotations), context);
    return;
  }
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...API_SERVICE, annotations, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: firstAddressOf(deps.addresses),
      ports: [{ name: PORT_NAME, protocol: 'TCP', port: PORT, targetPort: deps.own.port }],
    },
  };
  await deps.resources.create(serviceKind, service, context).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

function annotated(annotations: Readonly<Record<string, string>>): (current: AnyObject) => AnyObject {
  return ({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  });
}

async function ensureSlices(deps: ApiServiceDeps, signal: AbortSignal): Promise<void> {
  const { entries } = await deps.store.list(SERVERS_PREFIX, { limit: SERVERS_MAX, signal });
  const servers = entries.map(({ value }) => JSON.parse(value) as ServerAddress);
  const wanted = apiSlices(servers);
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const context = contextOf(signal);
  for (const slice of wanted) await ensureSlice(deps, slice, context);
  for (const { metadata } of deps.cache.list(endpointSliceKind, API_SERVICE.namespace)) {
    const isOurs = metadata.labels?.[MANAGED_BY_LABEL] === MANAGER;
    if (!isOurs || names.has(metadata.name)) continue;
    const key = { namespace: API_SERVICE.namespace, name: metadata.name ?? '' };
    await deps.resources.delete(endpointSliceKind, key, {}, context);
  }
}

async function ensureSlice(deps: ApiServiceDeps, slice: EndpointSlice, context: WriteContext): Promise<void> {
  const key = { namespace: API_SERVICE.namespace, name: slice.metadata.name ?? '' };
  const present = deps.cache.get(endpointSliceKind, key);
  if (present === undefined) {
    await deps.resources.create(endpointSliceKind, slice, context);
    return;
  }
  const { endpoints, ports } = slice;
  if (isEqual(present.endpoints, endpoints) && isEqual(present.ports, ports)) return;
  const changed = (current: AnyObject): AnyObject => ({ ...current, endpoints, ports });
  await deps.resources.update(endpointSliceKind, key, 'main', changed, context);
}

/** One slice for each port that servers listen on: `kubernetes` for the lowest, `kubernetes-PORT` for others. */
export function apiSlices(servers: readonly ServerAddress[]): EndpointSlice[] {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port, index) => ({
    apiVersion: apiVersionOf(endpointSliceKind),
    kind: 'EndpointSlice',
    metadata: {
      namespace: API_SERVICE.namespace,
      name: index === 0 ? API_SERVICE.name : `${API_SERVICE.name}-${port}`,
      labels: { [SERVICE_NAME_LABEL]: API_SERVICE.name, [MANAGED_BY_LABEL]: MANAGER },
    },
    addressType: 'IPv4',
    endpoints: servers
      .filter((server) => server.port === port)
      .map(({ ip }) => ip)
      .sort()
      .map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: PORT_NAME, port, protocol: 'TCP' }],
  }));
}

const contextOf = (signal: AbortSignal): WriteContext => ({
  user: SYSTEM_USER,
  fieldManager: MANAGER,
  fieldValidation: 'Strict',
  dryRun: false,
  fence: [],
  requestId: 'api-service',
  warn: () => undefined,
  signal,
});
