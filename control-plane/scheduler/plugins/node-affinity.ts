// nodeSelector and node affinity: the required part refuses, the preferred part rates.
import { matchesNodeAffinity, matchesNodeSelectorTerm } from '@gantry/api/node-affinity';
import type { FilterPlugin, ScorePlugin } from '../plugin.ts';

const REFUSAL = ["node(s) didn't match Pod's node affinity/selector"];

export const nodeAffinityFilter: FilterPlugin = {
  name: 'NodeAffinity',
  scope: 'node',
  prepare(pod) {
    const { spec } = pod.needs;
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required === undefined && spec.nodeSelector === undefined) return undefined;
    return (_node, offer) => (matchesNodeAffinity(spec, offer) ? undefined : REFUSAL);
  },
  curedBy: (change) =>
    change.type === 'node-added' || (change.type === 'node-changed' && change.parts.has('labels')),
};

export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  scope: 'node',
  weight: 2,
  prepare(pod) {
    const preferred =
      pod.needs.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const total = preferred.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    return (_node, offer) => {
      const met = preferred.filter(({ preference }) => matchesNodeSelectorTerm(preference, offer));
      return (100 * met.reduce((sum, { weight }) => sum + weight, 0)) / total;
    };
  },
};
