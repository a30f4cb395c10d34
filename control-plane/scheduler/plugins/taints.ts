// Taints keep pods off (`NoSchedule`, `NoExecute`) or rather off (`PreferNoSchedule`) unless tolerated.
import type { TaintLike } from '@gantry/api/tolerations';
import { toleratesTaint, untoleratedTaint } from '@gantry/api/tolerations';
import type { FilterPlugin, ScorePlugin } from '../plugin.ts';

/** Kubernetes' wording. */
export function taintText({ key, value }: TaintLike): string {
  return `node(s) had untolerated taint {${key}: ${value ?? ''}}`;
}

export const taintFilter: FilterPlugin = {
  name: 'TaintToleration',
  scope: 'node',
  prepare(pod) {
    const { tolerations } = pod.needs.spec;
    return (_node, { taints }) => {
      const taint = taints.length === 0 ? undefined : untoleratedTaint(taints, tolerations);
      return taint && [taintText(taint)];
    };
  },
  curedBy: (change) =>
    change.type === 'node-added' || (change.type === 'node-changed' && change.parts.has('taints')),
};

export const taintScore: ScorePlugin = {
  name: 'TaintToleration',
  scope: 'node',
  weight: 3,
  prepare(pod) {
    const tolerations = pod.needs.spec.tolerations ?? [];
    return (_node, { taints }) => {
      const disliked = taints.filter(
        (taint) =>
          taint.effect === 'PreferNoSchedule' &&
          !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
      ).length;
      return 100 / (1 + disliked);
    };
  },
};
