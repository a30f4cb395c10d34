// Ranges of pod addresses of nodes: each node has one block of the cluster's range. The controller chooses it
// (controllers/node-ranges); the claim sees to it that no other node has the same.
import { invalidValue } from '@gantry/api/issues';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { claimKey, type ClaimRules } from '../resources/claims.ts';
import { blockAt, isWithin, overlap, rangeText, readIpv4Range, type Ipv4Range } from '@gantry/kit/ipv4-range';

/** Where the ranges of nodes come from. */
export interface PodRanges {
  cluster: Ipv4Range;
  /** How large a node's block is: 24 for 256 addresses. */
  nodePrefixLength: number;
}

/** The claim on a range. */
export const rangeKey = (range: string): string => claimKey('pod-range', range);

/** The rules for the given range. */
export function nodeClaims(ranges: PodRanges): ClaimRules {
  return {
    definition: nodeKind,
    held(object) {
      const { podCIDR = '' } = (object as Node).spec;
      if (podCIDR === '') return [];
      const takenMessage = 'provided range is already allocated to another node';
      return [{ key: rangeKey(podCIDR), path: 'spec.podCIDR', value: podCIDR, takenMessage }];
    },
    occupied: (object) => blocksUnder(ranges, (object as Node).spec.podCIDR ?? ''),
    fill(object, _isTaken, previous) {
      const { spec } = object as Node;
      const { podCIDR = '' } = spec;
      if (podCIDR === '') return [];
      spec.podCIDRs = [podCIDR];
      const isOld = (previous as Node | undefined)?.spec.podCIDR === podCIDR;
      return isOld || isBlock(ranges, podCIDR) ? [] : [invalidValue('spec.podCIDR', podCIDR, wanted(ranges))];
    },
  };
}

/** Only whole blocks: ranges that overlap could be told apart by no key. */
function isBlock({ cluster, nodePrefixLength }: PodRanges, text: string): boolean {
  const range = readIpv4Range(text);
  return range?.prefixLength === nodePrefixLength && isWithin(cluster, range.first);
}

function wanted({ cluster, nodePrefixLength }: PodRanges): string {
  return `must be a /${nodePrefixLength} of ${rangeText(cluster)}; leave it out and one is given`;
}

/** By numbers, not by texts: a node may have a block of another size from an earlier start. */
function blocksUnder({ cluster, nodePrefixLength }: PodRanges, text: string): string[] {
  const range = readIpv4Range(text);
  if (range === undefined || !overlap(range, cluster)) return [];
  const { size } = blockAt(cluster, nodePrefixLength, 0);
  const from = Math.max(0, Math.floor((range.first - cluster.first) / size));
  const end = Math.min(range.first + range.size, cluster.first + cluster.size);
  const to = Math.ceil((end - cluster.first) / size);
  return Array.from({ length: to - from }, (_, index) =>
    rangeKey(rangeText(blockAt(cluster, nodePrefixLength, from + index))),
  );
}
