// Required pod affinity and anti-affinity, in both directions: also pods already placed may keep a new one away.
import type { AffinityTerm } from '../affinity-terms.ts';
import { eachDomain, occupiedDomains, termSelects } from '../affinity-terms.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { PodNeeds, PodView } from '../pod-needs.ts';
import type { ClusterChange, FilterPlugin, Judge } from '../plugin.ts';

const AFFINITY = ["node(s) didn't match pod affinity rules"];
const ANTI_AFFINITY = ["node(s) didn't match pod anti-affinity rules"];
const EXISTING = ["node(s) didn't satisfy existing pods anti-affinity rules"];

export const podAffinityFilter: FilterPlugin = {
  name: 'InterPodAffinity',
  scope: 'cluster',
  prepare(pod, cluster) {
    const judges = [
      judgeAffinity(pod, cluster),
      judgeAntiAffinity(pod, cluster),
      judgeExisting(pod, cluster),
    ].filter((judge) => judge !== undefined);
    if (judges.length === 0) return undefined;
    return (node, offer) => {
      for (const judge of judges) {
        const refusal = judge(node, offer);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    };
  },
  curedBy: (change: ClusterChange) => change.type !== 'node-changed' || change.parts.has('labels'),
};

function requiredAffinity({ spec }: PodNeeds): readonly AffinityTerm[] {
  return spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function requiredAntiAffinity({ spec }: PodNeeds): readonly AffinityTerm[] {
  return spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/**
 * Each term wants a pod in the node's domain that all terms select. The first pod of a group that asks for its
 * own company may go anywhere, or it could never start (as in Kubernetes).
 */
function judgeAffinity(pod: PodView, cluster: ClusterState): Judge | undefined {
  const terms = requiredAffinity(pod.needs);
  if (terms.length === 0) return undefined;
  const selectors = terms.map((term) => termSelects(term, pod.namespace));
  const selectedByAll = (other: Parameters<(typeof selectors)[number]>[0]): boolean =>
    selectors.every((selects) => selects(other));
  const domains = terms.map((term) => occupiedDomains(term, selectedByAll, cluster));
  const startsGroup = domains.every(({ size }) => size === 0) && selectedByAll(pod);
  return (_node, { labels }) => {
    const met = terms.every(({ topologyKey }, index) => {
      const value = labels[topologyKey];
      return value !== undefined && (startsGroup || domains[index]?.has(value) === true);
    });
    return met ? undefined : AFFINITY;
  };
}

function judgeAntiAffinity(pod: PodView, cluster: ClusterState): Judge | undefined {
  const forbidden = requiredAntiAffinity(pod.needs)
    .map((term) => ({
      key: term.topologyKey,
      values: occupiedDomains(term, termSelects(term, pod.namespace), cluster),
    }))
    .filter(({ values }) => values.size > 0);
  return judgeForbidden(forbidden, ANTI_AFFINITY, requiredAntiAffinity(pod.needs).length > 0);
}

function judgeExisting(pod: PodView, cluster: ClusterState): Judge | undefined {
  const forbidden: { key: string; values: Set<string> }[] = [];
  for (const group of cluster.antiAffineClasses) {
    for (const term of requiredAntiAffinity(group.needs)) {
      if (!termSelects(term, group.namespace)(pod)) continue;
      const values = new Set<string>();
      eachDomain(group, term.topologyKey, cluster, (value) => values.add(value));
      forbidden.push({ key: term.topologyKey, values });
    }
  }
  return judgeForbidden(forbidden, EXISTING, false);
}

/** `concerned` keeps a judge even while nothing is forbidden: the next placement may change that. */
function judgeForbidden(
  forbidden: readonly { key: string; values: ReadonlySet<string> }[],
  refusal: readonly string[],
  concerned: boolean,
): Judge | undefined {
  if (forbidden.length === 0 && !concerned) return undefined;
  return (_node, { labels }) => {
    for (const { key, values } of forbidden) {
      const value = labels[key];
      if (value !== undefined && values.has(value)) return refusal;
    }
    return undefined;
  };
}
