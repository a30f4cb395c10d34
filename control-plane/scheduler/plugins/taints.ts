// Taints keep pods off (`NoSchedule`, `NoExecute`) or rather off (`PreferNoSchedule`) unless tolerated.
import type { TaintLike } from '@gantry/api/tolerations';
import { toleratesTaint, untoleratedTaint } from '@gantry/api/tolerations';
import type { NodeFilter, ScorePlugin } from '../plugin.ts';

/** Kubernetes' wording. */
export function taintText({ key, value }: TaintLike): string {
  return `node(s) had untolerated taint {${key}: ${value ?? ''}}`;
}

export const taintFilter: NodeFilter = {
  name: 'TaintToleration',
  scope: 'node',
  prepare(pod) {
    const { tolerations } = pod.needs.spec;
    return (_node, { taints }) => {
      const taint = taints.length === 0 ? undefined : untoleratedTaint(taints, tolerations);
      return taint && [taintText(taint)];
    };
  },
  curedBy: (changes) => changes.nodeAdded || changes.nodeParts.has('taints'),
};

export const taintScore: ScorePlugin = {
  name: 'TaintToleration',
  scope: 'node',
  weight: 3,
  prepare(pod) {
    const tolerations = pod.needs.spec.tolerations ?? [];
    return (_node, { taints }) => {
      if (taints.length === 0) return 100;
      const disliked = taints.filter(
        (taint) =>
          taint.effect === 'PreferNoSchedule' &&
          !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
      ).length;
      return 100 / (1 + disliked);
    };
  },
};
