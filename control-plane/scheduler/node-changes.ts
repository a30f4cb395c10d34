// Which parts of a node that the plugins look at differ between two states of it.
import isEqual from 'fast-deep-equal';
import type { NodeOffer } from './node-state.ts';
import type { NodePart } from './plugin.ts';

export function changedParts(before: NodeOffer, after: NodeOffer): Set<NodePart> {
  const parts = new Set<NodePart>();
  if (!isEqual(before.allocatable, after.allocatable) || before.podsMax !== after.podsMax) {
    parts.add('allocatable');
  }
  if (!isEqual(before.labels, after.labels)) parts.add('labels');
  if (!isEqual(before.taints, after.taints)) parts.add('taints');
  if (before.unschedulable !== after.unschedulable) parts.add('schedulable');
  if (before.conditionTaint?.key !== after.conditionTaint?.key) parts.add('ready');
  if (!isSameMap(before.images, after.images)) parts.add('images');
  return parts;
}

function isSameMap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
