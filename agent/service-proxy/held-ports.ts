// Which ports that Gateways, Ingresses and Services of type LoadBalancer want are held by other programs of this node.
import type { Service } from '@gantry/api/kinds/service';
import { isOuter } from '@gantry/api/load-balancer/outer-ports';
import type { Layout } from './layout.ts';
import type { RouteLists } from './routes/route-lists.ts';

/**
 * By port, who has it. The system is asked only where a port is wanted that is not ours yet.
 *
 * @param running what HAProxy does; undefined while nothing is known to run.
 */
export async function heldPorts(
  { gateways, ingresses }: RouteLists,
  services: readonly Service[],
  running: Layout | undefined,
  listeningPorts: () => Promise<ReadonlyMap<number, string>>,
): Promise<ReadonlyMap<number, string>> {
  const own = new Set(running?.routing.frontends.map(({ port }) => port));
  for (const port of running?.maps['node-ports'].keys() ?? []) own.add(Number(port));
  const wanted = [
    ...gateways.flatMap(({ spec }) => spec.listeners.map(({ port }) => port)),
    ...services.filter(isOuter).flatMap(({ spec }) => (spec.ports ?? []).map(({ port }) => port)),
  ];
  if (ingresses.length === 0 && wanted.every((port) => own.has(port))) return new Map();
  const held = await listeningPorts();
  return new Map([...held].filter(([port]) => !own.has(port)));
}
