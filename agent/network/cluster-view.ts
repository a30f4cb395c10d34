// From Node objects to ranges and addresses that can be trusted: what an object says of itself is checked before the
// kernel hears of it. Pure.
import type { Node } from '@gantry/api/kinds/node';
import {
  ipv4Number,
  isWithin,
  overlap,
  rangeText,
  readIpv4Range,
  type Ipv4Range,
} from '@gantry/kit/ipv4-range';

/** Another node. */
export interface Peer {
  node: string;
  range: Ipv4Range;
  /** Its InternalIP. */
  address: number;
  /** Another agent on this very kernel: its pods are reached without a route. */
  isHere: boolean;
}

/** Why a node is left out of the pod network. */
export interface Refusal {
  node: string;
  why: string;
}

/** What the nodes come to. */
export interface ClusterView {
  /** This node has an object. Without it nothing is known of the range that it will have. */
  isKnown: boolean;
  /** This node's range; undefined while it has none. */
  own: Ipv4Range | undefined;
  /** Why this node's range cannot be used. */
  fault: string | undefined;
  /** Whether any node has a range: else the control plane gives out none. */
  hasRanges: boolean;
  peers: readonly Peer[];
  refused: readonly Refusal[];
}

/** What checking needs beside the nodes. */
export interface ViewFrame {
  nodeName: string;
  /** This node's InternalIP. */
  hostIp: string;
  /** Where the ranges of nodes may lie: {@link PRIVATE_RANGES} unless the operator says it more closely. */
  clusterRanges: readonly Ipv4Range[];
}

/** Addresses that are nobody's in the world (RFC 1918, and RFC 6598's for carriers): no other may be taken for pods. */
export const PRIVATE_RANGES: readonly Ipv4Range[] = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
].flatMap((text) => readIpv4Range(text) ?? []);

/** A route each; more would be no cluster of ours. */
export const PEERS_MAX = 10_000;
/** A bridge, and at least one pod. */
const PREFIX_LENGTH_MAX = 30;
/** This network, loopback, link-local, and all from multicast on. */
const USELESS = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].flatMap(
  (text) => readIpv4Range(text) ?? [],
);

export function readCluster(nodes: readonly Node[], frame: ViewFrame): ClusterView {
  const self = nodes.find(({ metadata }) => metadata.name === frame.nodeName);
  const others = nodes.filter((node) => node !== self && podCidr(node) !== '' && !isHollow(node));
  const own = self === undefined || podCidr(self) === '' ? undefined : readRange(podCidr(self), frame);
  const refused: Refusal[] = [];
  const ranged = new Map<Node, Ipv4Range>();
  const taken: Ipv4Range[] = typeof own === 'object' ? [own] : [];
  for (const node of others.toSorted(bySeniority)) {
    const range = freeRange(node, frame, taken);
    if (typeof range === 'string') refused.push({ node: nameOf(node), why: range });
    else {
      ranged.set(node, range);
      taken.push(range);
    }
  }
  const peers: Peer[] = [];
  for (const [node, range] of ranged) {
    const address = readAddress(node, frame, taken);
    if (typeof address === 'string') refused.push({ node: nameOf(node), why: address });
    else peers.push({ node: nameOf(node), range, ...address });
  }
  return {
    isKnown: self !== undefined,
    own: typeof own === 'object' ? own : undefined,
    fault: typeof own === 'string' ? own : undefined,
    hasRanges: others.length > 0 || own !== undefined,
    ...{ peers, refused },
  };
}

function nameOf({ metadata }: Node): string {
  return metadata.name ?? '';
}

/** Its pods are in memory alone. */
function isHollow({ status }: Node): boolean {
  return status?.nodeInfo?.containerRuntimeVersion?.startsWith('hollow:') === true;
}

/** Who came first keeps a range that a later one claims too. */
function bySeniority(a: Node, b: Node): number {
  const key = ({ metadata }: Node): string => `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;
  return key(a) < key(b) ? -1 : 1;
}

function podCidr(node: Node): string {
  return node.spec.podCIDR ?? '';
}

/** @returns why not, as a string. */
function freeRange(node: Node, frame: ViewFrame, taken: readonly Ipv4Range[]): Ipv4Range | string {
  if (taken.length > PEERS_MAX) return `there are more than ${PEERS_MAX} nodes`;
  const range = readRange(podCidr(node), frame);
  if (typeof range === 'string') return range;
  const isTaken = taken.some((other) => overlap(other, range));
  return isTaken ? `its range ${rangeText(range)} is another node's` : range;
}

/** @returns why not, as a string. */
function readAddress(
  node: Node,
  frame: ViewFrame,
  podRanges: readonly Ipv4Range[],
): Pick<Peer, 'address' | 'isHere'> | string {
  const text = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  if (text === '') return 'it has no InternalIP';
  const address = ipv4Number(text);
  if (address === undefined) return `its InternalIP "${text}" is no IPv4 address`;
  const isHere = text === frame.hostIp;
  const isUseless = [...USELESS, ...podRanges].some((range) => isWithin(range, address));
  return isUseless && !isHere ? `its InternalIP ${text} cannot be that of a host` : { address, isHere };
}

function readRange(text: string, { clusterRanges }: ViewFrame): Ipv4Range | string {
  const range = readIpv4Range(text);
  if (range === undefined) return `its range "${text}" is no range of IPv4 addresses`;
  if (range.prefixLength > PREFIX_LENGTH_MAX) return `its range ${text} is too small for pods`;
  const isInside = clusterRanges.some(
    ({ first, size }) => range.first >= first && range.first + range.size <= first + size,
  );
  return isInside
    ? range
    : `its range ${text} is outside of the cluster's ranges ${clusterRanges.map(rangeText).join(', ')}; ` +
        'start control planes and agents with the same --cluster-cidr';
}
