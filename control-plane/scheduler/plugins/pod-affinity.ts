// Required pod affinity and anti-affinity, in both directions: also pods already placed may keep a new one away.
import type { ClusterState } from '../cluster-state.ts';
import type { DomainCounts } from '../domain-counts.ts';
import type { Term } from '../affinity-terms.ts';
import type { PodView } from '../pod-needs.ts';
import type { ClusterFilter } from '../plugin.ts';

const AFFINITY = ["node(s) didn't match pod affinity rules"];
const ANTI_AFFINITY = ["node(s) didn't match pod anti-affinity rules"];
const EXISTING = ["node(s) didn't satisfy existing pods anti-affinity rules"];

export const podAffinityFilter: ClusterFilter = {
  name: 'InterPodAffinity',
  scope: 'cluster',
  prepare(pod, cluster) {
    const near = companyOf(pod, cluster);
    const away = pod.needs.terms.away.map((term) => cluster.counters.of(selectedBy(term)));
    const existing = cluster.antiAffinity.against(pod).map(({ question }) => cluster.counters.of(question));
    if (near.length + away.length + existing.length === 0) return undefined;
    const isOwnCompany = pod.needs.terms.near.every((term) => term.selects(pod));
    return {
      counts: [...near, ...away, ...existing],
      judge({ slot }) {
        if (near.length > 0 && !hasCompany(near, slot, isOwnCompany)) return AFFINITY;
        if (isAnyIn(away, slot)) return ANTI_AFFINITY;
        return isAnyIn(existing, slot) ? EXISTING : undefined;
      },
    };
  },
  curedBy: (changes) => changes.hasMovedPods,
};

/** The pods that a term selects, wherever they are. */
export function selectedBy({ key, topologyKey, selects }: Term) {
  return { key: `selected ${key}`, topologyKey, selects };
}

/** For each term the pods that all terms select, by the term's domains (as in Kubernetes). */
function companyOf({ needs }: PodView, cluster: ClusterState): DomainCounts[] {
  const terms = needs.terms.near;
  const all = JSON.stringify(terms.map(({ key }) => key));
  return terms.map(({ topologyKey }) =>
    cluster.counters.of({
      key: `company ${topologyKey} ${all}`,
      topologyKey,
      selects: (pod) => terms.every((term) => term.selects(pod)),
    }),
  );
}

/**
 * Each term wants company in the node's domain. The first pod of a group that asks for its own company may go
 * anywhere, or it could never start.
 */
function hasCompany(near: readonly DomainCounts[], slot: number, isOwnCompany: boolean): boolean {
  let startsGroup = isOwnCompany;
  for (const { total } of near) if (total > 0) startsGroup = false;
  for (const counts of near) {
    if (!counts.hasDomain(slot) || (!startsGroup && counts.at(slot) === 0)) return false;
  }
  return true;
}

function isAnyIn(forbidden: readonly DomainCounts[], slot: number): boolean {
  for (const counts of forbidden) if (counts.at(slot) > 0) return true;
  return false;
}
