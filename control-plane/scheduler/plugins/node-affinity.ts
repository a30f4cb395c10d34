// nodeSelector and node affinity: the required part refuses, the preferred part rates.
import { matchesNodeAffinity, matchesNodeSelectorTerm } from '@gantry/api/node-affinity';
import type { PodView } from '../pod-needs.ts';
import type { NodeFilter, ScorePlugin } from '../plugin.ts';

const REFUSAL = ["node(s) didn't match Pod's node affinity/selector"];

export const nodeAffinityFilter: NodeFilter = {
  name: 'NodeAffinity',
  scope: 'node',
  prepare(pod) {
    const { spec } = pod.needs;
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required === undefined && spec.nodeSelector === undefined) return undefined;
    return (_node, offer) => (matchesNodeAffinity(spec, offer) ? undefined : REFUSAL);
  },
  curedBy: (changes) => changes.nodeAdded || changes.nodeParts.has('labels'),
};

export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  scope: 'node',
  weight: 2,
  prepare(pod) {
    const preferred = preferencesOf(pod);
    const total = preferred.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    return (_node, offer) => {
      const met = preferred.filter(({ preference }) => matchesNodeSelectorTerm(preference, offer));
      return (100 * met.reduce((sum, { weight }) => sum + weight, 0)) / total;
    };
  },
  *promising(pod, cluster) {
    const [dearest] = preferencesOf(pod).toSorted((a, b) => b.weight - a.weight);
    if (dearest === undefined) return;
    for (const node of cluster.nodes) {
      if (node.offer !== undefined && matchesNodeSelectorTerm(dearest.preference, node.offer)) yield node;
    }
  },
};

function preferencesOf({ needs }: PodView) {
  return needs.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
}
