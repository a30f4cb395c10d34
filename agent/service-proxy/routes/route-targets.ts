// The ports of Services that routes and splits lead to: those that are proxied anyway where they have the right mode, else ports of
// their own without an address. Pure but for what it gathers.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service, ServicePort } from '@gantry/api/kinds/service';
import { nameOf } from '@gantry/api/gateway/listeners';
import { backendOptionsOf } from '../proxy-options.ts';
import { serversOf } from '../proxy-servers.ts';
import type { ProxyMode, ProxyService } from '../proxy-state.ts';

export class RouteTargets {
  readonly #proxied: ReadonlyMap<string, ProxyService>;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #slicesOf: ReadonlyMap<string, readonly EndpointSlice[]>;
  readonly #extra = new Map<string, ProxyService>();

  constructor(
    proxied: readonly ProxyService[],
    services: readonly Service[],
    slicesOf: ReadonlyMap<string, readonly EndpointSlice[]>,
  ) {
    this.#proxied = new Map(proxied.map((service) => [service.key, service]));
    this.#services = new Map(services.map((service) => [nameOf(service), service]));
    this.#slicesOf = slicesOf;
  }

  readonly service = (namespace: string, name: string): Service | undefined =>
    this.#services.get(`${namespace}/${name}`);

  readonly target = (service: Service, port: ServicePort, mode: ProxyMode): string => {
    const key = `${nameOf(service)}/${port.port}`;
    if (this.#proxied.get(key)?.mode === mode) return key;
    const own = `${mode}:${key}`;
    if (!this.#extra.has(own)) {
      const { servers, isEnding } = serversOf(this.#slicesOf.get(nameOf(service)) ?? [], port.name ?? '');
      const { options } = backendOptionsOf(service);
      this.#extra.set(own, { key: own, port: port.port, mode, options, servers, isEnding });
    }
    return own;
  };

  readonly parentKeys = (service: Service, { port }: ServicePort): readonly string[] => {
    const proxied = this.#proxied.get(`${nameOf(service)}/${port}`);
    if (proxied?.clusterIP === undefined || proxied.mode !== 'http') return [];
    const { clusterIP, nodePort, outerPort } = proxied;
    const onNodes = [nodePort, outerPort].flatMap((each) => (each === undefined ? [] : [String(each)]));
    return [`${clusterIP}:${port}`, ...onNodes];
  };

  nodePortHolder(port: number): string | undefined {
    const holder = [...this.#proxied.values()].find(({ nodePort }) => nodePort === port);
    return holder === undefined ? undefined : `the node port of Service ${holder.key}`;
  }

  /** In which modes a port of a Service is reached so far: at its address, by routes. */
  readonly modes = (service: Service, { port }: ServicePort): { key: string; mode: ProxyMode }[] => {
    const key = `${nameOf(service)}/${port}`;
    const proxied = this.#proxied.get(key);
    const own = (['http', 'tcp'] as const).flatMap((mode) =>
      this.#extra.has(`${mode}:${key}`) ? [{ key: `${mode}:${key}`, mode }] : [],
    );
    return proxied === undefined ? own : [{ key, mode: proxied.mode }, ...own];
  };

  /** Ports that only routes lead to. */
  extra(): ProxyService[] {
    return [...this.#extra.values()];
  }
}
