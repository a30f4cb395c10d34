// What a node's range is chosen from: the node, and the blocks that other nodes have.
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { ObjectKey } from '@gantry/api/meta';
import { blockAt, blockCount, rangeText } from '@gantry/kit/ipv4-range';
import { rangeKey, type PodRanges } from '../../addresses/node-claims.ts';
import type { CacheReader } from '../../cache/cache.ts';
import { CLAIMS_INDEX } from '../../resources/claims.ts';

/** A node and the room that is left for it. */
export interface ObservedRange {
  node: Node;
  /** The lowest block that no node has; undefined when all are taken, or when the node has one. */
  free?: string;
  /** How many there are. */
  total: number;
  /** The whole, e.g. `10.244.0.0/16`. */
  cluster: string;
}

/** Reads the cache; undefined when there is no such node. */
export function observeRange(
  cache: CacheReader,
  key: ObjectKey,
  ranges: PodRanges,
): ObservedRange | undefined {
  const node = cache.get(nodeKind, key);
  if (node === undefined) return undefined;
  const { cluster, nodePrefixLength } = ranges;
  const free = (node.spec.podCIDR ?? '') === '' ? freeBlock(cache, ranges) : undefined;
  return Object.freeze({
    node,
    ...(free === undefined ? {} : { free }),
    total: blockCount(cluster, nodePrefixLength),
    cluster: rangeText(cluster),
  });
}

function freeBlock(cache: CacheReader, { cluster, nodePrefixLength }: PodRanges): string | undefined {
  for (let index = 0; index < blockCount(cluster, nodePrefixLength); index += 1) {
    const block = rangeText(blockAt(cluster, nodePrefixLength, index));
    if (cache.byIndex(nodeKind, CLAIMS_INDEX, rangeKey(block)).length === 0) return block;
  }
  return undefined;
}
