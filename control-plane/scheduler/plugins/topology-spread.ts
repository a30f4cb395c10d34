// Topology spread: domains may differ by at most `maxSkew` pods (DoNotSchedule), or rather should (ScheduleAnyway).
import { spreadCounts } from '../spread-counts.ts';
import type { ClusterFilter, ScorePlugin } from '../plugin.ts';

const REFUSAL = ["node(s) didn't match pod topology spread constraints"];
const LABEL_MISSING = ["node(s) didn't match pod topology spread constraints (missing required label)"];

export const topologySpreadFilter: ClusterFilter = {
  name: 'PodTopologySpread',
  scope: 'cluster',
  prepare(pod, cluster) {
    const constraints = spreadCounts(pod, pod.needs.terms.spreadHard, cluster);
    if (constraints.length === 0) return undefined;
    return {
      counts: constraints.map(({ counts }) => counts),
      judge({ slot }) {
        for (const { maxSkew, counts, self } of constraints) {
          if (!counts.hasDomain(slot)) return LABEL_MISSING;
          if (counts.at(slot) + self - counts.fewest > maxSkew) return REFUSAL;
        }
        return undefined;
      },
    };
  },
  curedBy: (changes) => changes.hasMovedPods,
};

export const topologySpreadScore: ScorePlugin = {
  name: 'PodTopologySpread',
  scope: 'cluster',
  weight: 2,
  prepare(pod, cluster) {
    const constraints = spreadCounts(pod, pod.needs.terms.spreadSoft, cluster);
    if (constraints.length === 0) return undefined;
    return ({ slot }) => {
      let points = 0;
      for (const { counts } of constraints) {
        if (!counts.hasDomain(slot)) continue;
        points += counts.most === 0 ? 100 : 100 * (1 - counts.at(slot) / counts.most);
      }
      return points / constraints.length;
    };
  },
};
