// The ports of Ingresses, which Gateways may have taken for another protocol. Pure.
import { nameOf, type PlacedListener } from './listeners.ts';

/** Ingresses have these. */
export const INGRESS_PORTS = { http: 80, https: 443 } as const;

/** Why no Ingress is served with that protocol; undefined when all are. */
export function ingressPortProblem(
  protocol: keyof typeof INGRESS_PORTS,
  listeners: readonly PlacedListener[],
): string | undefined {
  const port = INGRESS_PORTS[protocol];
  const holder = listeners.find(
    (placed) => placed.problem === undefined && placed.listener.port === port && placed.protocol !== protocol,
  );
  if (holder === undefined) return undefined;
  const { listener, gateway } = holder;
  return `port ${port} is that of listener "${listener.name}" of Gateway ${nameOf(gateway)}, with another protocol`;
}
