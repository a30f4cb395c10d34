// How each other node is reached: straight where its address is on a link of this host, else through a VXLAN device.
// Pure.
import { ipv4Number, ipv4Text, isWithin, overlap, rangeText, type Ipv4Range } from '@gantry/kit/ipv4-range';
import type { PodNetworkNames } from '@gantry/kit/pod-network/names';
import type { Peer } from './cluster-view.ts';
import type {
  ForwardingEntry,
  HostLink,
  HostRoute,
  LinkRange,
  Neighbour,
  VxlanWish,
} from './network-state.ts';

/** Everything between nodes as it has to be. */
export interface WantedRoutes {
  routes: HostRoute[];
  neighbours: Neighbour[];
  entries: ForwardingEntry[];
  /** Undefined: no node needs it. */
  vxlan: VxlanWish | undefined;
  unreachable: { node: string; why: string }[];
  /** Nodes that are reached straight: they know the way back to pods. */
  direct: Peer[];
}

/** What VXLAN adds to each packet: outer Ethernet, IPv4, UDP and its own header. */
export const VXLAN_OVERHEAD_BYTES = 50;
const MTU_DEFAULT = 1500;
/** Locally administered. */
const MAC_PREFIX = '0a:67';
const LOOPBACK = 'lo';

/** Bytes of a packet in the pod network: it fits through VXLAN, whatever node it goes to. */
export function podMtu(links: readonly HostLink[], hostIp: string): number {
  const carrier = links.find(({ addresses }) => addresses.some(({ address }) => address === hostIp));
  return (carrier?.mtu ?? MTU_DEFAULT) - VXLAN_OVERHEAD_BYTES;
}

/** The networks of this host's links, without those of the pod network itself. */
export function linkRanges(links: readonly HostLink[], names: PodNetworkNames): LinkRange[] {
  return links
    .filter(({ name }) => name !== LOOPBACK && name !== names.vxlan && !name.startsWith(names.bridgePrefix))
    .flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address, prefixLength }) => {
        const number = ipv4Number(address);
        if (number === undefined) return [];
        const size = 2 ** (32 - prefixLength);
        return [{ device: name, range: { first: number - (number % size), size, prefixLength } }];
      }),
    );
}

export function wantedRoutes(
  facts: { own: Ipv4Range; peers: readonly Peer[]; hostIp: string; links: readonly HostLink[] },
  names: PodNetworkNames,
): WantedRoutes {
  const { own, peers, hostIp, links } = facts;
  const ranges = linkRanges(links, names);
  const isHostHere = links.some(({ addresses }) => addresses.some(({ address }) => address === hostIp));
  const wanted: WantedRoutes = {
    ...{ routes: [], neighbours: [], entries: [], vxlan: undefined, unreachable: [], direct: [] },
  };
  const macs = new Set<string>();
  for (const peer of peers) {
    if (peer.isHere) continue;
    const clash = ranges.find(({ range }) => overlap(range, peer.range));
    if (clash !== undefined) {
      const why = `its range ${rangeText(peer.range)} overlaps ${rangeText(clash.range)} of ${clash.device} here`;
      wanted.unreachable.push({ node: peer.node, why });
      continue;
    }
    const link = closest(ranges, peer.address);
    if (link !== undefined && !isUp(links, link)) {
      wanted.unreachable.push({ node: peer.node, why: `the link ${link.device} to it is down` });
    } else if (link !== undefined) {
      wanted.direct.push(peer);
      wanted.routes.push(directRoute(peer, link, hostIp, links));
    } else if (isHostHere) {
      addVxlan(wanted, peer, own, names, macs);
      wanted.vxlan = { local: hostIp, mac: macOf(ipv4Number(hostIp) ?? 0), mtu: podMtu(links, hostIp) };
    } else {
      const why = `this node's address ${hostIp} is on none of its links: start the agent with --address`;
      wanted.unreachable.push({ node: peer.node, why });
    }
  }
  return wanted;
}

function isUp(links: readonly HostLink[], { device }: LinkRange): boolean {
  return links.some((link) => link.name === device && link.isUp);
}

function directRoute(peer: Peer, link: LinkRange, hostIp: string, links: readonly HostLink[]): HostRoute {
  const device = links.find(({ name }) => name === link.device);
  const isOurs = device?.addresses.some(({ address }) => address === hostIp) === true;
  return {
    destination: rangeText(peer.range),
    via: ipv4Text(peer.address),
    device: link.device,
    isOnlink: false,
    // The one that the other node expects of this host.
    source: isOurs ? hostIp : '',
  };
}

/** The first address of a node's range belongs to no pod: it stands for the node's end of the tunnel. */
function addVxlan(
  wanted: WantedRoutes,
  peer: Peer,
  own: Ipv4Range,
  names: PodNetworkNames,
  macs: Set<string>,
): void {
  const end = ipv4Text(peer.range.first);
  const mac = macOf(peer.address);
  wanted.routes.push({
    ...{ destination: rangeText(peer.range), via: end, device: names.vxlan, isOnlink: true },
    source: ipv4Text(own.first),
  });
  wanted.neighbours.push({ address: end, mac });
  // Several agents on one host share its end.
  if (!macs.has(mac)) wanted.entries.push({ mac, host: ipv4Text(peer.address) });
  macs.add(mac);
}

/** Of a host's end of the tunnel: every node can tell it from the host's address. */
function macOf(address: number): string {
  const bytes = ipv4Text(address)
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${MAC_PREFIX}:${bytes.join(':')}`;
}

/** The narrowest link network that has the address, as the kernel would choose. */
function closest(ranges: readonly LinkRange[], address: number): LinkRange | undefined {
  return ranges
    .filter(({ range }) => range.size > 1 && isWithin(range, address))
    .toSorted((a, b) => a.range.size - b.range.size)[0];
}
