// Ports of Services of type LoadBalancer at the addresses of this node: which of them are led to the proxy here. Pure. The
// kernel leads a port away from whoever listens on it, so one that a program of the node has is left to it.
import { nameOf } from '@gantry/api/gateway/listeners';
import type { Service } from '@gantry/api/kinds/service';
import { outerServices, type OuterService } from '@gantry/api/load-balancer/outer-ports';
import type { ProxyService, RouteInputs } from './proxy-state.ts';

/** A port that is not served on this node, though it may be on others. */
export interface OuterIssue {
  type: 'outer-port-held';
  key: string;
  port: number;
  by: string;
}

/** One sentence. */
export function describeOuterIssue({ key, port, by }: OuterIssue): string {
  return `${key}: port ${port} of this node is held by ${by}`;
}

/** The Services with the ports that they have at the addresses of this node. What the whole cluster refuses its status says. */
export function withOuterPorts(
  served: readonly ProxyService[],
  services: readonly Service[],
  inputs: RouteInputs | undefined,
  issues: { push(issue: OuterIssue): void },
): readonly ProxyService[] {
  if (inputs === undefined) return served;
  const outer = outerServices({ services, ...inputs.lists });
  if (outer.size === 0) return served;
  const wanted = new Map(services.flatMap((service) => portsOf(service, outer.get(nameOf(service)))));
  return served.map((service) => {
    const found = wanted.get(service.key);
    if (found === undefined) return service;
    const by = inputs.holder(service.port) ?? ownPod(service, inputs.ownAddresses);
    if (by === undefined) return { ...service, ...found };
    issues.push({ type: 'outer-port-held', key: service.key, port: service.port, by });
    return service;
  });
}

type Outer = Pick<ProxyService, 'outerPort' | 'sources'>;

function portsOf(service: Service, found: OuterService | undefined): [string, Outer][] {
  const { ports = [], sources } = found ?? {};
  const limits = sources === undefined ? {} : { sources };
  return ports.flatMap(({ port, problem }): [string, Outer][] =>
    problem === undefined ? [[`${nameOf(service)}/${port}`, { outerPort: port, ...limits }]] : [],
  );
}

/** What the proxy sends to a pod in this host's network would be led back to the proxy, again and again. */
function ownPod(
  { servers, port }: ProxyService,
  ownAddresses: ReadonlySet<string> | undefined,
): string | undefined {
  const isOwn = servers.some((server) => server.port === port && ownAddresses?.has(server.address) === true);
  return isOwn ? 'a pod in the network of the host' : undefined;
}
