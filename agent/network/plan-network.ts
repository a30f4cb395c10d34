// Decides what has to be done until the node's pod network is as the Node objects ask for. Pure: the same observation
// yields the same plan, and once all of it is done there is nothing left to plan.
import { ipv4Text, overlap, rangeText, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { VXLAN_PORT, type PodNetworkNames } from '@gantry/kit/pod-network/names';
import type { ClusterView } from './cluster-view.ts';
import type {
  HostLink,
  NetworkAction,
  NetworkFault,
  NetworkPlan,
  ObservedNetwork,
  VxlanWish,
} from './network-state.ts';
import { linkRanges, podMtu, wantedRoutes, type WantedRoutes } from './plan-routes.ts';
import { podRules } from './pod-rules.ts';

/** What is wanted, and what is there. */
export interface PlanInputs {
  view: ClusterView;
  hostIp: string;
  names: PodNetworkNames;
  observed: ObservedNetwork;
}

/** @returns nothing to do while the node has no range that can be used. */
export function planNetwork(inputs: PlanInputs): NetworkPlan {
  const { view, hostIp, names, observed } = inputs;
  const { own, peers } = view;
  if (own === undefined) return idle(rangeFault(view));
  const clash = linkRanges(observed.links, names).find(({ range }) => overlap(range, own));
  if (clash !== undefined) return idle(clashFault(own, clash.device, clash.range));
  const { links } = observed;
  const wanted = wantedRoutes({ own, peers, hostIp, links }, names);
  const text = podRules(names, {
    own,
    ranges: peers.map(({ range }) => range),
    hosts: peers.filter(({ isHere }) => !isHere).map(({ address }) => address),
    // A router between hosts need not know of pods: behind one, a pod is seen as its host.
    unmaskedHosts: wanted.direct.map(({ address }) => address),
  });
  const network = planEngineNetwork(own, podMtu(links, hostIp), inputs);
  const actions: NetworkAction[] = [
    ...(observed.forwards ? [] : [{ type: 'enable-forwarding' } as const]),
    ...network.actions,
    ...(observed.rules === text ? [] : [{ type: 'apply-rules', text } as const]),
    ...(observed.accepts ? [] : [{ type: 'accept-marked' } as const]),
    ...planTunnel(own, wanted, inputs),
    ...planRoutes(wanted, inputs),
  ];
  return { actions, fault: network.fault, unreachable: [...view.refused, ...wanted.unreachable] };
}

function idle(fault: NetworkFault | undefined): NetworkPlan {
  return { actions: [], fault, unreachable: [] };
}

function rangeFault({ fault, hasRanges }: ClusterView): NetworkFault | undefined {
  if (fault !== undefined)
    return { reason: 'RangeRefused', message: `the node cannot use its range: ${fault}` };
  if (!hasRanges) return undefined;
  const message =
    'the node has no range of pod addresses yet; when all are taken, delete nodes that are gone or start the control ' +
    'planes with a larger --cluster-cidr';
  return { reason: 'NoPodCIDR', message };
}

function clashFault(own: Ipv4Range, device: string, range: Ipv4Range): NetworkFault {
  const message =
    `the node's range ${rangeText(own)} overlaps ${rangeText(range)} of the link ${device} of this host; ` +
    'start control planes and agents with another --cluster-cidr, or this agent with --pod-network off';
  return { reason: 'RangeOverlaps', message };
}

/** One with another range is replaced once nothing is in it. */
function planEngineNetwork(
  own: Ipv4Range,
  mtu: number,
  { names, observed }: PlanInputs,
): { actions: NetworkAction[]; fault: NetworkFault | undefined } {
  const [subnet, gateway] = [rangeText(own), ipv4Text(own.first + 1)];
  const create = { type: 'create-network', subnet, gateway, mtu } as const;
  const { network, links } = observed;
  if (network === undefined) return { actions: [create], fault: undefined };
  const isRight = network.subnet === subnet && network.gateway === gateway && network.bridge === names.bridge;
  const hasBridge = links.some(({ name }) => name === names.bridge);
  if (isRight && hasBridge) return { actions: [], fault: undefined };
  if (network.attached === 0) return { actions: [{ type: 'remove-network' }, create], fault: undefined };
  const why = isRight ? `its bridge ${names.bridge} is gone` : `it has ${network.subnet}, not ${subnet}`;
  const message = `the network ${names.network} is of no use (${why}) and still has ${network.attached} containers; delete the pods of this node`;
  return { actions: [], fault: { reason: 'NetworkInUse', message } };
}

/** The device and who is behind it; the latter goes with a device that has to be made anew. */
function planTunnel(own: Ipv4Range, wanted: WantedRoutes, { names, observed }: PlanInputs): NetworkAction[] {
  const { vxlan: wish } = wanted;
  if (wish === undefined) return [];
  const device = keptDevice(wanted, names, observed);
  const old = observed.links.find(({ name }) => name === names.vxlan);
  const actions: NetworkAction[] = [];
  if (device === undefined) {
    if (old !== undefined) actions.push({ type: 'remove-vxlan' });
    actions.push({ type: 'create-vxlan', wish });
  } else if (!isAdjusted(device, wish)) actions.push({ type: 'adjust-vxlan', wish });
  const first = ipv4Text(own.first);
  if (device?.addresses.some(({ address }) => address === first) !== true)
    actions.push({ type: 'add-vxlan-address', address: first });
  const before = device === undefined ? { neighbours: [], entries: [] } : observed;
  return [...actions, ...planEnds(wanted, before)];
}

/** The device when it can stay: what it was made with cannot be changed. */
function keptDevice(
  { vxlan: wish }: WantedRoutes,
  names: PodNetworkNames,
  observed: ObservedNetwork,
): HostLink | undefined {
  const device = observed.links.find(({ name }) => name === names.vxlan);
  const { vxlan } = device ?? {};
  if (wish === undefined || vxlan === undefined || vxlan.learning) return undefined;
  const isSame = vxlan.id === names.vxlanId && vxlan.port === VXLAN_PORT && vxlan.local === wish.local;
  return isSame ? device : undefined;
}

function isAdjusted(device: { mac: string; mtu: number; isUp: boolean }, wish: VxlanWish): boolean {
  return device.mac === wish.mac && device.mtu === wish.mtu && device.isUp;
}

function planEnds(
  wanted: WantedRoutes,
  before: Pick<ObservedNetwork, 'neighbours' | 'entries'>,
): NetworkAction[] {
  const neighbours = difference(wanted.neighbours, before.neighbours, ({ address }) => address);
  const entries = difference(wanted.entries, before.entries, ({ mac }) => mac);
  return [
    ...entries.surplus.map((entry) => ({ type: 'remove-entry', entry }) as const),
    ...entries.missing.map((entry) => ({ type: 'set-entry', entry }) as const),
    ...neighbours.surplus.map((neighbour) => ({ type: 'remove-neighbour', neighbour }) as const),
    ...neighbours.missing.map((neighbour) => ({ type: 'set-neighbour', neighbour }) as const),
  ];
}

/** A route that changes is replaced in place: no moment without one. A device that nobody needs goes last. */
function planRoutes(wanted: WantedRoutes, { names, observed }: PlanInputs): NetworkAction[] {
  const isMadeAnew = wanted.vxlan !== undefined && keptDevice(wanted, names, observed) === undefined;
  const before = observed.routes.filter(({ device }) => !(isMadeAnew && device === names.vxlan));
  const { missing, surplus } = difference(wanted.routes, before, ({ destination }) => destination);
  const isIdle = wanted.vxlan === undefined && observed.links.some(({ name }) => name === names.vxlan);
  return [
    ...surplus.map((route) => ({ type: 'remove-route', route }) as const),
    ...missing.map((route) => ({ type: 'set-route', route }) as const),
    ...(isIdle ? [{ type: 'remove-vxlan' } as const] : []),
  ];
}

/** What has to be set (absent, or not the same), and what has a key that is not wanted at all. */
function difference<T>(wanted: readonly T[], there: readonly T[], keyOf: (one: T) => string) {
  const texts = new Set(there.map((one) => textOf(one)));
  const keys = new Set(wanted.map(keyOf));
  return {
    missing: wanted.filter((one) => !texts.has(textOf(one))),
    surplus: there.filter((one) => !keys.has(keyOf(one))),
  };
}

function textOf(one: unknown): string {
  return JSON.stringify(Object.entries(one as object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
