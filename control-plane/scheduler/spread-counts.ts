// Counts for topology spread: how many pods like this one are in each domain that the pod could go to.
import { matchesNodeAffinity } from '@gantry/api/node-affinity';
import type { SpreadTerm } from './affinity-terms.ts';
import type { ClusterState } from './cluster-state.ts';
import type { DomainCounts } from './domain-counts.ts';
import type { PodView } from './pod-needs.ts';

/** One constraint with its counts. */
export interface SpreadCounts {
  maxSkew: number;
  counts: DomainCounts;
  /** 1 when the pod itself will be counted where it goes. */
  self: 0 | 1;
}

/**
 * Counts for the pod's constraints of one manner. As in Kubernetes by default, nodes count that have all their labels
 * and that node affinity allows, whatever their taints; pods that are being deleted do not.
 */
export function spreadCounts(
  pod: PodView,
  terms: readonly SpreadTerm[],
  cluster: ClusterState,
): SpreadCounts[] {
  if (terms.length === 0) return [];
  const { spec } = pod.needs;
  const labels = terms.map(({ topologyKey }) => topologyKey);
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const nodes = JSON.stringify([labels, spec.nodeSelector, required]);
  return terms.map((term) => ({
    maxSkew: term.maxSkew,
    counts: cluster.counters.of({
      key: `spread ${term.key} ${nodes}`,
      topologyKey: term.topologyKey,
      selects: (group) => !group.terminating && term.selects(group),
      countsNode: (offer) =>
        labels.every((label) => offer.labels[label] !== undefined) && matchesNodeAffinity(spec, offer),
    }),
    self: term.selects(pod) ? 1 : 0,
  }));
}
