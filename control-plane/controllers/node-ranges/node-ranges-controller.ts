// Gives each node its range of pod addresses.
import { nodeKind } from '@gantry/api/kinds/node';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import type { PodRanges } from '../../addresses/node-claims.ts';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller } from '../../engine/controller.ts';
import { observeRange, type ObservedRange } from './observe.ts';
import { planRange } from './plan.ts';
import { describeRangeReason } from './reasons.ts';

/** Makes the controller for the given ranges. */
export function createNodeRangesController(ranges: PodRanges): Controller<ObservedRange> {
  return {
    name: 'node-ranges',
    definition: nodeKind,
    triggers: [
      {
        definition: nodeKind,
        keys: (node, cache) => [keyOf(node), ...waitingFor(node, cache)],
        // Heartbeats and conditions come all the time and change no range.
        ignores: (node, previous) => rangeOf(node) === rangeOf(previous),
      },
    ],
    observe: (cache, key) => observeRange(cache, key, ranges),
    plan: planRange,
    primary: ({ node }): AnyObject => node,
    describe: describeRangeReason,
    // The lowest free block is chosen: several at once would choose the same, and all but one be refused.
    workers: 1,
  };
}

/** A node that has gone leaves its range to one that waits. */
function waitingFor(node: AnyObject, cache: CacheReader): ObjectKey[] {
  if (rangeOf(node) === '' || cache.get(nodeKind, keyOf(node)) !== undefined) return [];
  const waiting = cache.list(nodeKind).find((each) => rangeOf(each) === '');
  return waiting === undefined ? [] : [keyOf(waiting)];
}

function rangeOf(node: AnyObject): string {
  return (node['spec'] as { podCIDR?: string } | undefined)?.podCIDR ?? '';
}
