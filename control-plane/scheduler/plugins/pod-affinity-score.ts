// Preferred pod affinity and anti-affinity: each selected pod in the node's domain adds or takes its term's weight.
import type { ClusterState } from '../cluster-state.ts';
import type { DomainCounts } from '../domain-counts.ts';
import type { NodeState } from '../node-state.ts';
import type { PodView } from '../pod-needs.ts';
import type { ScorePlugin } from '../plugin.ts';
import { selectedBy } from './pod-affinity.ts';

export const podAffinityScore: ScorePlugin = {
  name: 'InterPodAffinity',
  scope: 'cluster',
  weight: 2,
  prepare(pod, cluster) {
    const wishes = weighed(pod, cluster);
    if (wishes.length === 0) return undefined;
    return ({ slot }) => {
      // Bounds of what a node can reach, so that the outcome is 0..100 whatever the weights.
      let [worst, best, own] = [0, 0, 0];
      for (const { counts, weight } of wishes) {
        if (weight > 0) best += weight * counts.most;
        else worst += weight * counts.most;
        own += weight * counts.at(slot);
      }
      return best === worst ? 0 : (100 * (own - worst)) / (best - worst);
    };
  },
  promising: (pod, cluster) => inFullestDomains(weighed(pod, cluster), cluster),
};

interface Wish {
  counts: DomainCounts;
  weight: number;
}

function weighed({ needs }: PodView, cluster: ClusterState): Wish[] {
  return needs.terms.wishes.map(({ term, weight }) => ({
    counts: cluster.counters.of(selectedBy(term)),
    weight,
  }));
}

/** Nodes with company that is wished for, those with the most first. */
function inFullestDomains(wishes: readonly Wish[], cluster: ClusterState): NodeState[] {
  const wished = wishes.filter(({ counts, weight }) => weight > 0 && counts.total > 0);
  if (wished.length === 0) return [];
  const pointsOf = ({ slot }: NodeState): number =>
    wished.reduce((sum, { counts, weight }) => sum + weight * counts.at(slot), 0);
  return cluster.nodes
    .map((node) => ({ node, points: pointsOf(node) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ node }) => node);
}
