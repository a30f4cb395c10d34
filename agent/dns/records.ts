// What a name of the cluster stands for, as Kubernetes' specification of DNS (1.1.0) says. Pure; each question costs
// the same however large the cluster is.
import { dnsLabelProblem, dnsSubdomainProblem } from '@gantry/api/names';
import { isIpv4 } from '../service-proxy/proxy-servers.ts';
import { found, type DnsRecord, type Lookup } from './dns-record.ts';
import type { NamedRecords, RecordIndex } from './record-index.ts';
import type { PortTarget, ServiceRecords } from './service-records.ts';

/** The specification that the names follow. */
const SCHEMA_VERSION = '1.1.0';
/** Longer, and the names of pods below it would not fit into what DNS allows. */
const CLUSTER_DOMAIN_MAX = 57;
/** Services that are told to have one address. */
const NAMES_OF_ADDRESS_MAX = 50;
const REVERSE = 'in-addr.arpa';
const UNKNOWN: Lookup = { type: 'unknown' };
const FOREIGN: Lookup = { type: 'foreign' };

/** Answers questions for names. */
export interface Records {
  /** In lower case, without the last dot. */
  readonly clusterDomain: string;
  /** A number for the cluster's zone that rises with each change. */
  version(): number;
  /** @param labels of the name, in lower case. */
  lookup(labels: readonly string[]): Lookup;
}

/** @throws Error when the domain is no name or too long. */
export function createRecords(index: RecordIndex, domain: string): Records {
  const clusterDomain = domain.toLowerCase().replace(/\.$/, '');
  const problem = dnsSubdomainProblem(clusterDomain);
  if (problem !== undefined) throw new Error(`the cluster domain ${problem}`);
  if (clusterDomain.length > CLUSTER_DOMAIN_MAX)
    throw new Error(`the cluster domain must be no more than ${CLUSTER_DOMAIN_MAX} characters`);
  const zone = clusterDomain.split('.');
  return {
    clusterDomain,
    version: () => index.version,
    lookup(labels) {
      if (endsWith(labels, zone)) {
        const own = labels.slice(0, -zone.length);
        // An address in a name is known without the cluster; all else is not.
        if (!index.isRead && own.at(-1) === 'svc') return { type: 'not-read' };
        return lookupOwn(index, own, clusterDomain);
      }
      return lookupAddress(index, labels, clusterDomain);
    },
  };
}

function endsWith(labels: readonly string[], zone: readonly string[]): boolean {
  const from = labels.length - zone.length;
  return from >= 0 && zone.every((label, at) => labels[from + at] === label);
}

function lookupOwn(index: RecordIndex, own: readonly string[], domain: string): Lookup {
  const [kind, namespace, ...more] = own.toReversed();
  if (kind === undefined) return found([]);
  if (kind === 'dns-version' && namespace === undefined)
    return found([{ name: `dns-version.${domain}`, type: 'TXT', data: SCHEMA_VERSION }]);
  if (kind === 'pod') return lookupPod(namespace, more, domain);
  if (kind !== 'svc') return UNKNOWN;
  if (namespace === undefined) return found([]);
  const [service, ...inside] = more;
  if (service === undefined) return index.hasNamespace(namespace) ? found([]) : UNKNOWN;
  const records = index.recordsOf(namespace, service);
  if (records === undefined) return UNKNOWN;
  return lookupService({ namespace, name: service, records }, inside, domain);
}

/** Deprecated, and still asked for: the address is in the name. */
function lookupPod(namespace: string | undefined, more: readonly string[], domain: string): Lookup {
  if (namespace === undefined) return found([]);
  if (dnsLabelProblem(namespace) !== undefined) return UNKNOWN;
  const [host, ...below] = more;
  if (host === undefined) return found([]);
  const address = host.replaceAll('-', '.');
  if (below.length > 0 || !isIpv4(address)) return UNKNOWN;
  return found([{ name: `${host}.${namespace}.pod.${domain}`, type: 'A', data: address }]);
}

/** @param inside the labels in front of the Service's name, the nearest first. */
function lookupService(service: NamedRecords, inside: readonly string[], domain: string): Lookup {
  const { records } = service;
  const own = `${service.name}.${service.namespace}.svc.${domain}`;
  const [first, second, ...below] = inside;
  if (records.alias !== undefined) {
    if (first !== undefined) return UNKNOWN;
    return found([{ name: own, type: 'CNAME', data: records.alias }]);
  }
  if (first === undefined) {
    // No pod is ready: the name leads nowhere, and the specification wants it not to exist.
    return records.addresses.length === 0 ? UNKNOWN : found(addressRecords(own, records.addresses));
  }
  const ports = records.ports.get(first);
  if (second === undefined) {
    if (ports !== undefined) return found([]);
    const addresses = records.hosts.get(first);
    return addresses === undefined ? UNKNOWN : found(addressRecords(`${first}.${own}`, addresses));
  }
  const targets = ports?.get(second);
  if (targets === undefined || below.length > 0) return UNKNOWN;
  return portRecords(`${second}.${first}.${own}`, own, targets, records);
}

function addressRecords(name: string, addresses: readonly string[]): DnsRecord[] {
  return addresses.map((data) => ({ name, type: 'A', data }));
}

/** What a port leads to, and beside it the addresses, so that nobody has to ask again. */
function portRecords(
  name: string,
  service: string,
  targets: readonly PortTarget[],
  records: ServiceRecords,
): Lookup {
  const nameOf = (host: string): string => (host === '' ? service : `${host}.${service}`);
  // All alike: clients choose among the same weights by chance.
  const srv = targets.map(({ host, port }): DnsRecord => {
    return { name, type: 'SRV', data: { priority: 0, weight: 100, port, target: nameOf(host) } };
  });
  const hosts = [...new Set(targets.map(({ host }) => host))];
  const additionals = hosts.flatMap((host) =>
    addressRecords(nameOf(host), host === '' ? records.addresses : (records.hosts.get(host) ?? [])),
  );
  return found(srv, additionals);
}

/** `4.3.2.1.in-addr.arpa`: what nobody here has is for others to tell. */
function lookupAddress(index: RecordIndex, labels: readonly string[], domain: string): Lookup {
  if (labels.length !== 6 || labels.slice(4).join('.') !== REVERSE) return FOREIGN;
  const name = labels.join('.');
  const address = labels.slice(0, 4).toReversed().join('.');
  if (!isIpv4(address)) return FOREIGN;
  const names = index.servicesAt(address).flatMap((service) => namesAt(service, address, domain));
  if (names.length === 0) return FOREIGN;
  return found(names.slice(0, NAMES_OF_ADDRESS_MAX).map((data) => ({ name, type: 'PTR', data })));
}

/** Of a headless Service its pod's name; of another its own, for its own address only. */
function namesAt({ namespace, name, records }: NamedRecords, address: string, domain: string): string[] {
  const own = `${name}.${namespace}.svc.${domain}`;
  return (records.hostsAt.get(address) ?? []).map((host) => (host === '' ? own : `${host}.${own}`));
}
