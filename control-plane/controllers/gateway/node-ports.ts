// Which Services have ports of all nodes: a listener cannot have the same. Pure.
import type { Service } from '@gantry/api/kinds/service';
import { nameOf } from '@gantry/api/gateway/listeners';

/** `namespace/name/port` of each, by port of the nodes; the first by name where two have one. */
export function nodePortHolders(services: readonly Service[]): ReadonlyMap<number, string> {
  const holders = new Map<number, string>();
  for (const service of services)
    for (const { port, nodePort } of nodePortsOf(service))
      if (!holders.has(nodePort)) holders.set(nodePort, `${nameOf(service)}/${port}`);
  return holders;
}

/** Ports of nodes that a Service has. UDP is not proxied, and takes nobody's place. */
export function nodePortsOf({ spec }: Service): { port: number; nodePort: number }[] {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return [];
  return (spec.ports ?? []).flatMap(({ port, nodePort = 0, protocol }) =>
    nodePort === 0 || protocol === 'UDP' ? [] : [{ port, nodePort }],
  );
}
