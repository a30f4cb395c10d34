// Spreads the pods of one owner over nodes, so that a lost node takes as few replicas along as possible.
import type { ScorePlugin } from '../plugin.ts';

/** What each sibling on a node costs: more than usual differences in free resources, less than a full preference. */
const POINTS_PER_SIBLING = 25;

export const ownerSpread: ScorePlugin = {
  name: 'OwnerSpread',
  scope: 'node',
  weight: 2,
  prepare(pod) {
    const { ownerUid } = pod.needs;
    // Falls without a floor, unlike other scores: 11 siblings are worse than 10 as 2 are worse than 1.
    return ownerUid === '' ? undefined : (node) => -POINTS_PER_SIBLING * node.podsOfOwner(ownerUid);
  },
};
