// Topology spread: domains may differ by at most `maxSkew` pods (DoNotSchedule), or rather should (ScheduleAnyway).
import { spreadCounts } from '../spread-counts.ts';
import type { SpreadCounts } from '../spread-counts.ts';
import type { FilterPlugin, ScorePlugin } from '../plugin.ts';

const REFUSAL = ["node(s) didn't match pod topology spread constraints"];
const LABEL_MISSING = ["node(s) didn't match pod topology spread constraints (missing required label)"];

export const topologySpreadFilter: FilterPlugin = {
  name: 'PodTopologySpread',
  scope: 'cluster',
  prepare(pod, cluster) {
    const constraints = spreadCounts(pod, cluster, 'DoNotSchedule').map((counts) => ({
      ...counts,
      fewest: fewestOf(counts),
    }));
    if (constraints.length === 0) return undefined;
    return (_node, { labels }) => {
      for (const { constraint, perDomain, self, fewest } of constraints) {
        const value = labels[constraint.topologyKey];
        if (value === undefined) return LABEL_MISSING;
        if ((perDomain.get(value) ?? 0) + self - fewest > constraint.maxSkew) return REFUSAL;
      }
      return undefined;
    };
  },
  curedBy: (change) => change.type !== 'node-changed' || change.parts.has('labels'),
};

export const topologySpreadScore: ScorePlugin = {
  name: 'PodTopologySpread',
  scope: 'cluster',
  weight: 2,
  prepare(pod, cluster) {
    const constraints = spreadCounts(pod, cluster, 'ScheduleAnyway').map((counts) => ({
      ...counts,
      most: Math.max(0, ...counts.perDomain.values()),
    }));
    if (constraints.length === 0) return undefined;
    return (_node, { labels }) => {
      const points = constraints.map(({ constraint, perDomain, most }) => {
        const value = labels[constraint.topologyKey];
        if (value === undefined) return 0;
        return most === 0 ? 100 : 100 * (1 - (perDomain.get(value) ?? 0) / most);
      });
      return points.reduce((sum, each) => sum + each, 0) / points.length;
    };
  },
};

function fewestOf({ perDomain }: SpreadCounts): number {
  return perDomain.size === 0 ? 0 : Math.min(...perDomain.values());
}
