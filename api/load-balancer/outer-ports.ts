// Which ports of Services of type LoadBalancer are served at the addresses of the nodes, and why others are not. Pure: the
// control plane says it in the status, and the nodes go by it.
import { byAge, ourGateways, ourIngresses } from '../gateway/classes.ts';
import { INGRESS_PORTS } from '../gateway/ingress-ports.ts';
import { nameOf, PROXY_PORTS } from '../gateway/listeners.ts';
import type { GatewayClass } from '../kinds/gateway-class.ts';
import type { Gateway } from '../kinds/gateway.ts';
import type { IngressClass } from '../kinds/ingress-class.ts';
import type { Ingress } from '../kinds/ingress.ts';
import { HEADLESS, type Service } from '../kinds/service.ts';
import { sourceRange } from '../kinds/service/source-range.ts';

/** The class that is ours; so is no class at all. */
export const NODES_CLASS = 'gantry.dev/nodes';

/** What has ports of the nodes beside Services of this type. */
export interface OuterWorld {
  services: readonly Service[];
  classes: readonly GatewayClass[];
  gateways: readonly Gateway[];
  ingressClasses: readonly IngressClass[];
  ingresses: readonly Ingress[];
}

/** One port of such a Service. */
export interface OuterPort {
  port: number;
  /** Why it is not served, with the field's path; absent when it is. */
  problem?: string;
}

/** A Service of this type that is ours. */
export interface OuterService {
  /** In the order of `spec.ports`. */
  ports: readonly OuterPort[];
  /** Who may come in, as ranges; undefined for everybody. */
  sources?: readonly string[];
}

/** Whether its ports are to be served at the addresses of the nodes. */
export function isOuter({ spec }: Service): boolean {
  const { type, clusterIP, loadBalancerClass = NODES_CLASS } = spec;
  return type === 'LoadBalancer' && clusterIP !== HEADLESS && loadBalancerClass === NODES_CLASS;
}

/** By `namespace/name`. Of two that ask for one port the older has it; Gateways, Ingresses and node ports go before both. */
export function outerServices(world: OuterWorld): ReadonlyMap<string, OuterService> {
  const ours = world.services.filter(isOuter).sort(byAge);
  if (ours.length === 0) return new Map();
  const holders = holdersOf(world);
  return new Map(
    ours.map((service): [string, OuterService] => {
      const name = nameOf(service);
      const ports = (service.spec.ports ?? []).map(({ port, protocol = 'TCP' }, at): OuterPort => {
        const field = `spec.ports[${at}].port`;
        if (protocol !== 'TCP')
          return { port, problem: `${field}: ${protocol} is not served at the addresses of nodes` };
        const by = holders.get(port);
        if (by !== undefined) return { port, problem: `${field}: ${port} is ${by}` };
        holders.set(port, `a port of Service ${name}, which is older`);
        return { port };
      });
      const sources = sourcesOf(service);
      return [name, { ports, ...(sources === undefined ? {} : { sources }) }];
    }),
  );
}

/** Words on whoever has a port of the nodes already. */
function holdersOf({
  services,
  classes,
  gateways,
  ingressClasses,
  ingresses,
}: OuterWorld): Map<number, string> {
  const holders = new Map<number, string>();
  const note = (port: number, words: string): void => {
    if (!holders.has(port)) holders.set(port, words);
  };
  for (const port of Object.values(PROXY_PORTS)) note(port, 'a port of the service proxy itself');
  for (const gateway of ourGateways(gateways, classes))
    for (const { port, name } of gateway.spec.listeners)
      note(port, `that of listener "${name}" of Gateway ${nameOf(gateway)}`);
  for (const ingress of ourIngresses(ingresses, ingressClasses)) {
    note(INGRESS_PORTS.http, `that of Ingresses, such as ${nameOf(ingress)}`);
    if ((ingress.spec?.tls ?? []).length > 0)
      note(INGRESS_PORTS.https, `that of Ingresses, such as ${nameOf(ingress)}`);
  }
  for (const service of services)
    for (const { nodePort = 0, protocol } of service.spec.ports ?? [])
      if (nodePort !== 0 && protocol !== 'UDP') note(nodePort, `the node port of Service ${nameOf(service)}`);
  return holders;
}

/** A range of everybody is no limit; what is no range lets nobody in, which is the safe side. */
function sourcesOf({ spec }: Service): string[] | undefined {
  const wanted = spec.loadBalancerSourceRanges ?? [];
  const ranges = wanted.flatMap((text) => sourceRange(text) ?? []);
  return wanted.length === 0 || ranges.some((range) => range.endsWith('/0')) ? undefined : ranges;
}
