// What a pod affinity term selects, and in which domains (values of a node label) such pods are.
import { fromLabelSelectorObject, matchesLabels } from '@gantry/api/label-selector';
import type { LabelSelectorObject } from '@gantry/api/label-selector';
import type { ClusterState, PodClass } from './cluster-state.ts';

/** The parts of a PodAffinityTerm that are honoured. */
export interface AffinityTerm {
  topologyKey: string;
  labelSelector?: LabelSelectorObject;
  namespaces?: readonly string[];
}

/** A pod, or a class of pods, as a term sees it. */
export interface Selectable {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a term of a pod in `ownNamespace` selects. Without namespaces only the own one counts. */
export function termSelects(term: AffinityTerm, ownNamespace: string): (pod: Selectable) => boolean {
  const selector = fromLabelSelectorObject(term.labelSelector);
  const namespaces = new Set(term.namespaces ?? []);
  if (namespaces.size === 0) namespaces.add(ownNamespace);
  return (pod) => namespaces.has(pod.namespace) && matchesLabels(selector, pod.labels);
}

/** Calls `visit` with each domain of `topologyKey` in which pods of the class are, and how many on that node. */
export function eachDomain(
  { perNode }: PodClass,
  topologyKey: string,
  cluster: ClusterState,
  visit: (value: string, pods: number) => void,
): void {
  for (const [nodeName, pods] of perNode) {
    const value = cluster.node(nodeName)?.offer?.labels[topologyKey];
    if (value !== undefined) visit(value, pods);
  }
}

/** The domains in which pods selected by the term are. */
export function occupiedDomains(
  term: AffinityTerm,
  selects: (pod: Selectable) => boolean,
  cluster: ClusterState,
): Set<string> {
  const values = new Set<string>();
  for (const group of cluster.classes) {
    if (selects(group)) eachDomain(group, term.topologyKey, cluster, (value) => values.add(value));
  }
  return values;
}
