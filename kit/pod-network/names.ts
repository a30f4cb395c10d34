// What the pod network of a node is called, and how its parts in the kernel are told from those of others. Pure. All
// follows from the node's scope, so that whoever knows the scope finds and removes everything.
import { createHash } from 'node:crypto';

/** Names of one node's pod network. */
export interface PodNetworkNames {
  /** The network of the Docker engine. */
  network: string;
  bridge: string;
  /** What the bridges of all nodes of this cluster on this kernel begin with. */
  bridgePrefix: string;
  /** The table of nftables. */
  table: string;
  /** On rules in tables of others. */
  comment: string;
  /** Shared by the nodes of this cluster on this kernel. */
  vxlan: string;
  vxlanId: number;
  /** Metric of routes: those of another cluster on this kernel have another. */
  routeMetric: number;
}

/** Routes of ours carry this protocol number (`/etc/iproute2/rt_protos` gives it to nobody). */
export const ROUTE_PROTOCOL = 103;
/** The UDP port between nodes that are not on one link. */
export const VXLAN_PORT = 8474;
/** Set on packets that Docker's rules have to let pass. */
export const ACCEPT_MARK = 0x04000000;

const BRIDGE_CLUSTER_DIGITS = 4;
const BRIDGE_NODE_DIGITS = 7;
const VXLAN_DIGITS = 8;
/** Ids of 24 bits; the lowest are what people choose by hand. */
const VXLAN_ID_FIRST = 0x1000;
const VXLAN_ID_COUNT = 0xfff000;
const METRIC_FIRST = 0x10000;
const METRIC_COUNT = 0x10000;

/** @param scope as kit/node-scope.ts makes it: what comes before the first dot names the cluster. */
export function podNetworkNames(scope: string): PodNetworkNames {
  const cluster = digest(scope.split('.', 1)[0] ?? scope);
  const node = digest(scope).slice(0, BRIDGE_NODE_DIGITS);
  const bridgePrefix = `gp${cluster.slice(0, BRIDGE_CLUSTER_DIGITS)}-`;
  const number = Number.parseInt(cluster.slice(0, VXLAN_DIGITS), 16);
  return {
    network: `gantry-pods-${node}`,
    bridge: `${bridgePrefix}${node}`,
    bridgePrefix,
    table: `gantry-pods-${node}`,
    comment: `gantry ${node}`,
    vxlan: `gv${cluster.slice(0, VXLAN_DIGITS)}`,
    vxlanId: VXLAN_ID_FIRST + (number % VXLAN_ID_COUNT),
    routeMetric: METRIC_FIRST + (number % METRIC_COUNT),
  };
}

/** The rule that makes Docker's `FORWARD` let marked packets pass, as arguments after chain and command. */
export function acceptRule({ comment }: PodNetworkNames): string[] {
  const mark = `0x${ACCEPT_MARK.toString(16)}/0x${ACCEPT_MARK.toString(16)}`;
  return ['-m', 'mark', '--mark', mark, '-m', 'comment', '--comment', comment, '-j', 'ACCEPT'];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
