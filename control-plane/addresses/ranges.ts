// Which addresses and ports a cluster gives out. Every replica of a cluster has to be started with the same.
import { blockCount, overlap, rangeText, readIpv4Range, type Ipv4Range } from '@gantry/kit/ipv4-range';
import type { PodRanges } from './node-claims.ts';
import type { ServiceRanges } from './service-claims.ts';

/** All ranges of a cluster. */
export interface ClusterRanges {
  services: ServiceRanges;
  pods: PodRanges;
}

/** As an operator writes them. */
export interface RangeTexts {
  serviceCidr: string;
  nodePortRange: string;
  clusterCidr: string;
  nodeMaskSize: string;
}

/** Kubernetes' and kubeadm's own. */
export const DEFAULT_RANGE_TEXTS: RangeTexts = {
  serviceCidr: '10.96.0.0/16',
  nodePortRange: '30000-32767',
  clusterCidr: '10.244.0.0/16',
  nodeMaskSize: '24',
};

/** Smaller ones have room for the API servers' Service alone; larger ones cannot be looked through when they are full. */
const SERVICE_PREFIX_MIN = 12;
const SERVICE_PREFIX_MAX = 29;
const PORT_MAX = 65_535;
/** Fewer addresses than this are none for pods. */
const NODE_MASK_MAX = 30;
/** Nodes that a cluster may have. */
const NODES_MAX = 65_536;

/** @throws Error with a sentence that names the option. */
export function readRanges(texts: RangeTexts): ClusterRanges {
  const addresses = rangeOf('--service-cidr', texts.serviceCidr);
  if (addresses.prefixLength < SERVICE_PREFIX_MIN || addresses.prefixLength > SERVICE_PREFIX_MAX)
    throw new Error(`--service-cidr must be between /${SERVICE_PREFIX_MIN} and /${SERVICE_PREFIX_MAX}`);
  const cluster = rangeOf('--cluster-cidr', texts.clusterCidr);
  if (overlap(addresses, cluster))
    throw new Error(
      `--service-cidr ${rangeText(addresses)} and --cluster-cidr ${rangeText(cluster)} must not overlap`,
    );
  return {
    services: { addresses, nodePorts: nodePortsOf(texts.nodePortRange) },
    pods: { cluster, nodePrefixLength: nodeMaskOf(texts.nodeMaskSize, cluster) },
  };
}

function rangeOf(option: string, text: string): Ipv4Range {
  const range = readIpv4Range(text);
  if (range === undefined)
    throw new Error(`${option} must be a range of IPv4 addresses such as 10.96.0.0/16, not "${text}"`);
  return range;
}

function nodePortsOf(text: string): ServiceRanges['nodePorts'] {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || first < 1 || first > last || last > PORT_MAX)
    throw new Error(
      `--service-node-port-range must be FIRST-LAST, two ports such as 30000-32767, not "${text}"`,
    );
  return { first, last };
}

function nodeMaskOf(text: string, cluster: Ipv4Range): number {
  const length = Number(text);
  const isGood = /^\d{1,2}$/.test(text) && length >= cluster.prefixLength && length <= NODE_MASK_MAX;
  if (!isGood || blockCount(cluster, length) > NODES_MAX)
    throw new Error(
      `--node-cidr-mask-size must be from ${cluster.prefixLength} (the size of --cluster-cidr) to ${Math.min(NODE_MASK_MAX, cluster.prefixLength + 16)}, not "${text}"`,
    );
  return length;
}

/** What a cluster has that is not told otherwise. */
export const DEFAULT_RANGES: ClusterRanges = readRanges(DEFAULT_RANGE_TEXTS);
