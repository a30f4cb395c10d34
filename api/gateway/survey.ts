// All Gateways and routes looked at together, as nodes and control plane both see them: which are in force, what their
// listeners come to, and what a route belongs to. Pure; the same objects give the same survey in whatever order they come.
import { groupBy } from '@gantry/kit/group-by';
import type { KindDefinition } from '../definition.ts';
import type { Issue } from '../issue.ts';
import type { GatewayClass } from '../kinds/gateway-class.ts';
import { gatewayKind, type Gateway } from '../kinds/gateway.ts';
import type { ReferenceGrant } from '../kinds/reference-grant.ts';
import type { Service } from '../kinds/service.ts';
import { tcpRouteKind, type TCPRoute } from '../kinds/tcp-route.ts';
import type { AnyObject } from '../meta.ts';
import { attachmentsOf, refusal, type AnyRoute, type Attachment } from './attachments.ts';
import { byAge, ourGateways } from './classes.ts';
import { nameOf, placeListeners, type PlacedListener } from './listeners.ts';
import type { BackendWorld } from './references.ts';

/** What a survey is made of. */
export interface SurveyInputs {
  classes: readonly GatewayClass[];
  gateways: readonly Gateway[];
  /** Needed where TCPRoutes are asked about. */
  tcpRoutes: readonly TCPRoute[];
  grants: readonly ReferenceGrant[];
  service: (namespace: string, name: string) => Service | undefined;
}

/** What they come to. */
export interface Survey {
  /** Of the Gateways that are ours and keep the rules of their kind, the oldest Gateway first. */
  readonly listeners: readonly PlacedListener[];
  readonly backends: BackendWorld;
  /** What the route belongs to; nothing when it breaks a rule of its kind. */
  attachments(route: AnyRoute): readonly Attachment[];
}

/** The first rule of its kind that the object breaks. Nodes pass such an object over whole. */
export function brokenRule<T extends AnyObject>(definition: KindDefinition<T>, object: T): Issue | undefined {
  return definition.check?.(object)[0];
}

/** Looks at all of them. */
export function survey({ classes, gateways, tcpRoutes, grants, service }: SurveyInputs): Survey {
  const good = gateways.filter((gateway) => brokenRule(gatewayKind, gateway) === undefined);
  const byName = new Map(good.map((gateway) => [nameOf(gateway), gateway]));
  const ours = ourGateways(good, classes);
  const listeners = placeListeners(ours);
  const listenersOf = groupBy(listeners, ({ gateway }) => gateway);
  const grantsOf = groupBy(grants, ({ metadata }) => metadata.namespace ?? '');
  const known = new Set(ours);
  const parents = {
    gateway: (namespace: string, name: string) => byName.get(`${namespace}/${name}`),
    listenersOf: (gateway: Gateway) => (known.has(gateway) ? (listenersOf.get(gateway) ?? []) : undefined),
    service,
  };
  let holders: ReadonlyMap<number, TCPRoute> | undefined;
  return {
    listeners,
    backends: { service, grants: (namespace) => grantsOf.get(namespace) ?? [] },
    attachments(route) {
      const found = attachmentsOf(route, parents);
      if (route.kind !== 'TCPRoute') return found;
      holders ??= portHolders(tcpRoutes, (each) => attachmentsOf(each, parents));
      return found.map((one) => withoutHeldPorts(one, route, holders));
    },
  };
}

/** Connections cannot be told apart: the oldest route of a port has it. */
function portHolders(
  routes: readonly TCPRoute[],
  attachments: (route: TCPRoute) => readonly Attachment[],
): ReadonlyMap<number, TCPRoute> {
  const holders = new Map<number, TCPRoute>();
  const good = routes.filter((route) => brokenRule(tcpRouteKind, route) === undefined);
  for (const route of good.toSorted(byAge))
    for (const { listener } of attachments(route).flatMap(({ listeners }) => listeners))
      if (listener.problem === undefined && !holders.has(listener.listener.port))
        holders.set(listener.listener.port, route);
  return holders;
}

function withoutHeldPorts(
  attachment: Attachment,
  route: AnyRoute,
  holders: ReadonlyMap<number, TCPRoute> = new Map(),
): Attachment {
  const holderOf = ({ listener }: Attachment['listeners'][number]): TCPRoute | undefined => {
    const holder = holders.get(listener.listener.port);
    return holder === undefined || nameOf(holder) === nameOf(route) ? undefined : holder;
  };
  const [held] = attachment.listeners.filter((one) => holderOf(one) !== undefined);
  if (held === undefined) return attachment;
  const listeners = attachment.listeners.filter((one) => holderOf(one) === undefined);
  if (listeners.length > 0) return { ...attachment, listeners };
  const by = nameOf(holderOf(held) ?? route);
  return refusal(
    attachment.ref,
    'NotAllowedByListeners',
    `port ${held.listener.listener.port} is that of TCPRoute ${by}, which is older: connections cannot be told apart`,
  );
}
