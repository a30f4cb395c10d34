// Preferred pod affinity and anti-affinity: each selected pod in the node's domain adds or takes its term's weight.
import { eachDomain, termSelects } from '../affinity-terms.ts';
import type { AffinityTerm } from '../affinity-terms.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { PodView } from '../pod-needs.ts';
import type { ScorePlugin } from '../plugin.ts';

export const podAffinityScore: ScorePlugin = {
  name: 'InterPodAffinity',
  scope: 'cluster',
  weight: 2,
  prepare(pod, cluster) {
    const terms = weightedTerms(pod);
    if (terms.length === 0) return undefined;
    const points = terms.map(({ term, weight }) => domainPoints(pod, term, weight, cluster));
    // Bounds of what a node can reach, so that the outcome is 0..100 whatever the weights.
    const worst = points.reduce((sum, { values }) => sum + Math.min(0, ...values.values()), 0);
    const best = points.reduce((sum, { values }) => sum + Math.max(0, ...values.values()), 0);
    return (_node, { labels }) => {
      if (best === worst) return 0;
      const own = points.reduce((sum, { key, values }) => sum + (values.get(labels[key] ?? '') ?? 0), 0);
      return (100 * (own - worst)) / (best - worst);
    };
  },
};

function weightedTerms({ needs }: PodView): { term: AffinityTerm; weight: number }[] {
  const { podAffinity, podAntiAffinity } = needs.spec.affinity ?? {};
  const towards = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const away = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...towards.map(({ podAffinityTerm, weight }) => ({ term: podAffinityTerm, weight })),
    ...away.map(({ podAffinityTerm, weight }) => ({ term: podAffinityTerm, weight: -weight })),
  ];
}

function domainPoints(
  pod: PodView,
  term: AffinityTerm,
  weight: number,
  cluster: ClusterState,
): { key: string; values: Map<string, number> } {
  const values = new Map<string, number>();
  const selects = termSelects(term, pod.namespace);
  for (const group of cluster.classes) {
    if (!selects(group)) continue;
    eachDomain(group, term.topologyKey, cluster, (value, pods) =>
      values.set(value, (values.get(value) ?? 0) + pods * weight),
    );
  }
  return { key: term.topologyKey, values };
}
