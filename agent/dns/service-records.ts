// What DNS tells of one Service: plain maps, made from the Service and its slices when it is asked for first after a
// change. Pure. What is no name or no address is left out: it could not be written into a packet.
import type { Endpoint, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { HEADLESS, type Service } from '@gantry/api/kinds/service';
import { dnsLabelProblem, dnsSubdomainProblem } from '@gantry/api/names';
import { getOrSet } from '@gantry/kit/get-or-set';
import { isIpv4, isPort } from '../service-proxy/proxy-servers.ts';

/** One place that a port of a Service leads to. An empty `host` means the Service itself. */
export interface PortTarget {
  readonly host: string;
  readonly port: number;
}

/** Names are in lower case. */
export interface ServiceRecords {
  /** Of the Service: its own one, or those of its pods, in their order. */
  readonly addresses: readonly string[];
  /** The other name that it stands for. */
  readonly alias?: string;
  /** Addresses of the pods of a headless Service, by their names below its own. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** The same the other way round: names by address; the empty name is that of the Service itself. */
  readonly hostsAt: ReadonlyMap<string, readonly string[]>;
  /** By `_tcp`, then by `_http`. */
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, readonly PortTarget[]>>;
}

type Ports = Map<string, Map<string, PortTarget[]>>;

/** What can be told of a Service; undefined when it has no name in DNS (yet). */
export function serviceRecordsOf(
  service: Service,
  slices: readonly EndpointSlice[],
): ServiceRecords | undefined {
  const { type, clusterIP = '', externalName = '' } = service.spec;
  if (type === 'ExternalName') return aliasRecords(externalName);
  if (clusterIP === HEADLESS) return headlessRecords(service, slices);
  return isIpv4(clusterIP) ? addressRecords(service, clusterIP) : undefined;
}

/** The name of a pod that gave none: as unique as its address. */
function hostOfAddress(address: string): string {
  return address.replaceAll('.', '-');
}

/** Addresses in the order of their numbers, so that the same pods give the same answer. */
function sortAddresses(addresses: Iterable<string>): string[] {
  const numberOf = (address: string): number =>
    address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [...addresses].sort((a, b) => numberOf(a) - numberOf(b));
}

function aliasRecords(externalName: string): ServiceRecords | undefined {
  const alias = externalName.toLowerCase().replace(/\.$/, '');
  if (dnsSubdomainProblem(alias) !== undefined || alias.split('.').some(isTooLong)) return undefined;
  return { addresses: [], alias, hosts: new Map(), hostsAt: new Map(), ports: new Map() };
}

function addressRecords(service: Service, address: string): ServiceRecords {
  const ports: Ports = new Map();
  for (const { name, protocol, port } of service.spec.ports ?? []) {
    addPort(ports, name, protocol, { host: '', port });
  }
  return { addresses: [address], hosts: new Map(), hostsAt: new Map([[address, ['']]]), ports };
}

function headlessRecords(service: Service, slices: readonly EndpointSlice[]): ServiceRecords {
  const takesAll = service.spec.publishNotReadyAddresses === true;
  const hosts = new Map<string, Set<string>>();
  const hostsAt = new Map<string, Set<string>>();
  const ports: Ports = new Map();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const endpoint of slice.endpoints) {
      if (!takesAll && endpoint.conditions?.ready === false) continue;
      for (const { host, address } of placesOf(endpoint)) {
        getOrSet(hostsAt, address, () => new Set()).add(host);
        getOrSet(hosts, host, () => new Set()).add(address);
        for (const { name, protocol, port } of slice.ports ?? [])
          addPort(ports, name, protocol, { host, port });
      }
    }
  }
  return {
    addresses: sortAddresses(hostsAt.keys()),
    hosts: new Map([...hosts].map(([host, own]) => [host, sortAddresses(own)])),
    hostsAt: new Map([...hostsAt].map(([address, names]) => [address, [...names].sort()])),
    ports,
  };
}

function placesOf({ addresses, hostname = '' }: Endpoint): { host: string; address: string }[] {
  const own = hostname.toLowerCase();
  const isNamed = dnsLabelProblem(own) === undefined;
  return addresses
    .filter(isIpv4)
    .map((address) => ({ host: isNamed ? own : hostOfAddress(address), address }));
}

/** Ports without a name have no record, by the specification. */
function addPort(
  ports: Ports,
  name: string | undefined,
  protocol: string | undefined,
  target: { host: string; port: number | undefined },
): void {
  const { host, port } = target;
  if (name === undefined || dnsLabelProblem(name) !== undefined || !isPort(port)) return;
  const byName = getOrSet(
    ports,
    `_${(protocol ?? 'TCP').toLowerCase()}`,
    () => new Map<string, PortTarget[]>(),
  );
  const targets = getOrSet(byName, `_${name}`, () => []);
  // Two addresses of one name are one target.
  if (targets.at(-1)?.host === host && targets.at(-1)?.port === port) return;
  targets.push({ host, port });
}

function isTooLong(label: string): boolean {
  return label.length > 63;
}
