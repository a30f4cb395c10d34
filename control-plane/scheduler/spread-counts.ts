// Counts for topology spread: how many pods like this one are in each domain that the pod could go to.
import { matchesNodeAffinity } from '@gantry/api/node-affinity';
import { fromLabelSelectorObject, matchesLabels } from '@gantry/api/label-selector';
import type { LabelSelector, LabelSelectorObject } from '@gantry/api/label-selector';
import type { ClusterState } from './cluster-state.ts';
import type { NodeOffer } from './node-state.ts';
import type { PodView } from './pod-needs.ts';

/** The parts of a TopologySpreadConstraint that are honoured. */
export interface SpreadConstraint {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelectorObject;
}

/** One constraint with its counts. */
export interface SpreadCounts {
  constraint: SpreadConstraint;
  /** Pods per domain; every domain that counts is there, also with none. */
  perDomain: Map<string, number>;
  /** 1 when the pod itself will be counted where it goes. */
  self: 0 | 1;
}

/** Counts for the pod's constraints of one manner; nodes that lack one of the labels do not count. */
export function spreadCounts(
  pod: PodView,
  cluster: ClusterState,
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
): SpreadCounts[] {
  const all: readonly SpreadConstraint[] = pod.needs.spec.topologySpreadConstraints ?? [];
  const constraints = all.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  return constraints.map((constraint) => {
    const selector = fromLabelSelectorObject(constraint.labelSelector);
    const perNode = countPerNode(selector, pod.namespace, cluster);
    const perDomain = new Map<string, number>();
    for (const { name, offer } of cluster.nodes) {
      if (offer === undefined || !counts(offer, keys, pod)) continue;
      const value = offer.labels[constraint.topologyKey] ?? '';
      perDomain.set(value, (perDomain.get(value) ?? 0) + (perNode.get(name) ?? 0));
    }
    return { constraint, perDomain, self: matchesLabels(selector, pod.labels) ? 1 : 0 };
  });
}

function countPerNode(
  selector: LabelSelector,
  namespace: string,
  cluster: ClusterState,
): Map<string, number> {
  const perNode = new Map<string, number>();
  for (const group of cluster.classes) {
    if (group.terminating || group.namespace !== namespace || !matchesLabels(selector, group.labels))
      continue;
    for (const [node, pods] of group.perNode) perNode.set(node, (perNode.get(node) ?? 0) + pods);
  }
  return perNode;
}

/** As in Kubernetes by default: node affinity is honoured, taints are not looked at. */
function counts(offer: NodeOffer, keys: readonly string[], pod: PodView): boolean {
  return keys.every((key) => offer.labels[key] !== undefined) && matchesNodeAffinity(pod.needs.spec, offer);
}
