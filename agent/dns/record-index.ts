// The names of a cluster, kept up to date one object at a time. No I/O. A changed slice makes the records of its
// Service anew when somebody next asks for them, and of no other.
import { SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import { getOrSet } from '@gantry/kit/get-or-set';
import { isIpv4 } from '../service-proxy/proxy-servers.ts';
import { serviceRecordsOf, type ServiceRecords } from './service-records.ts';

/** What is kept of one Service, or of slices whose Service is not there (yet). */
interface Entry {
  readonly namespace: string;
  readonly name: string;
  service?: Service;
  readonly slices: Map<string, EndpointSlice>;
  /** Made when it is asked for; false: to be made. */
  records: ServiceRecords | undefined | false;
}

/** A Service by its name, with what DNS tells of it. */
export interface NamedRecords {
  readonly namespace: string;
  readonly name: string;
  readonly records: ServiceRecords;
}

/** The index. Names are in lower case. */
export class RecordIndex {
  readonly #entries = new Map<string, Entry>();
  /** The Service of each slice, so that a slice that changes hands leaves the old one. */
  readonly #serviceOf = new Map<string, string>();
  /** How many Services each namespace has. */
  readonly #namespaces = new Map<string, number>();
  /** Keys of the Services that have something to do with an address, with how often they do. */
  readonly #byAddress = new Map<string, Map<string, number>>();
  #isRead = false;
  #version = 0;

  /** Whether the cluster was ever read: before that, that a name is not known means nothing. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Rises with each change. */
  get version(): number {
    return this.#version;
  }

  /** The whole cluster, in place of all that was known. */
  replace(services: readonly Service[], slices: readonly EndpointSlice[]): void {
    this.#entries.clear();
    this.#serviceOf.clear();
    this.#namespaces.clear();
    this.#byAddress.clear();
    for (const service of services) this.setService(service);
    for (const slice of slices) this.setSlice(slice);
    this.#isRead = true;
    this.#version += 1;
  }

  /** A Service that is new or has changed. */
  setService(service: Service): void {
    const { namespace = '', name = '' } = service.metadata;
    const entry = this.#entry(namespace, name);
    this.#forgetService(entry);
    entry.service = service;
    this.#namespaces.set(entry.namespace, (this.#namespaces.get(entry.namespace) ?? 0) + 1);
    this.#countAddress(keyOf(namespace, name), service.spec.clusterIP ?? '', 1);
    this.#touch(entry);
  }

  deleteService(namespace: string, name: string): void {
    const entry = this.#entries.get(keyOf(namespace, name));
    if (entry === undefined) return;
    this.#forgetService(entry);
    this.#touch(entry);
    this.#drop(entry);
  }

  /** A slice that is new or has changed. */
  setSlice(slice: EndpointSlice): void {
    const { namespace = '', name = '', labels = {} } = slice.metadata;
    this.deleteSlice(namespace, name);
    const serviceName = labels[SERVICE_NAME_LABEL];
    if (serviceName === undefined) return;
    const entry = this.#entry(namespace, serviceName);
    const key = keyOf(namespace, serviceName);
    entry.slices.set(name, slice);
    this.#serviceOf.set(keyOf(namespace, name), key);
    for (const address of addressesOf(slice)) this.#countAddress(key, address, 1);
    this.#touch(entry);
  }

  deleteSlice(namespace: string, name: string): void {
    const key = this.#serviceOf.get(keyOf(namespace, name));
    const entry = key === undefined ? undefined : this.#entries.get(key);
    const slice = entry?.slices.get(name);
    if (key === undefined || entry === undefined || slice === undefined) return;
    for (const address of addressesOf(slice)) this.#countAddress(key, address, -1);
    entry.slices.delete(name);
    this.#serviceOf.delete(keyOf(namespace, name));
    this.#touch(entry);
    this.#drop(entry);
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  /** What DNS tells of a Service. */
  recordsOf(namespace: string, name: string): ServiceRecords | undefined {
    const entry = this.#entries.get(keyOf(namespace, name));
    return entry === undefined ? undefined : recordsOf(entry);
  }

  /** Services that have something to do with an address, in the order of their names. */
  servicesAt(address: string): NamedRecords[] {
    const keys = [...(this.#byAddress.get(address)?.keys() ?? [])].sort();
    return keys.flatMap((key) => {
      const entry = this.#entries.get(key);
      const records = entry === undefined ? undefined : recordsOf(entry);
      return entry === undefined || records === undefined
        ? []
        : [{ namespace: entry.namespace, name: entry.name, records }];
    });
  }

  #entry(namespace: string, name: string): Entry {
    return getOrSet(this.#entries, keyOf(namespace, name), () => ({
      namespace: namespace.toLowerCase(),
      name: name.toLowerCase(),
      slices: new Map<string, EndpointSlice>(),
      records: false as const,
    }));
  }

  #touch(entry: Entry): void {
    entry.records = false;
    this.#version += 1;
  }

  /** Nothing is kept of what is gone. */
  #drop(entry: Entry): void {
    if (entry.service === undefined && entry.slices.size === 0)
      this.#entries.delete(keyOf(entry.namespace, entry.name));
  }

  #forgetService(entry: Entry): void {
    const { service, namespace } = entry;
    if (service === undefined) return;
    delete entry.service;
    const left = (this.#namespaces.get(namespace) ?? 0) - 1;
    if (left > 0) this.#namespaces.set(namespace, left);
    else this.#namespaces.delete(namespace);
    this.#countAddress(keyOf(namespace, entry.name), service.spec.clusterIP ?? '', -1);
  }

  #countAddress(key: string, address: string, by: 1 | -1): void {
    if (!isIpv4(address)) return;
    const counts = getOrSet(this.#byAddress, address, () => new Map<string, number>());
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
    if (counts.size === 0) this.#byAddress.delete(address);
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace.toLowerCase()}/${name.toLowerCase()}`;
}

function addressesOf(slice: EndpointSlice): string[] {
  return slice.endpoints.flatMap(({ addresses }) => addresses);
}

function recordsOf(entry: Entry): ServiceRecords | undefined {
  if (entry.records !== false) return entry.records;
  const slices = [...entry.slices.keys()].sort().flatMap((name) => entry.slices.get(name) ?? []);
  entry.records = entry.service === undefined ? undefined : serviceRecordsOf(entry.service, slices);
  return entry.records;
}
