// How often flags were evaluated, by variant: shares, and what came between two readings. Pure.
import { sumEvaluationCounts, type EvaluationCount } from '@gantry/api/flags/evaluation-counts';

/** One row of the table. */
export interface ExposureRow {
  flag: string;
  /** Generation of the FeatureFlag. */
  version: string;
  /** Undefined: programs used the value in their own code. */
  variant: string | undefined;
  reason: string;
  count: number;
  /** Of all evaluations of the flag at this version, 0 to 100. */
  percent: number;
}

/** The rows of one FeatureFlag, the newest version first. */
export function exposureRows(counts: readonly EvaluationCount[], flagKey: string | undefined): ExposureRow[] {
  const sums = sumEvaluationCounts(
    counts.filter(({ labels }) => flagKey === undefined || labels.flag === flagKey),
  );
  const wholes = new Map<string, number>();
  const placeOf = ({ labels }: EvaluationCount): string => JSON.stringify([labels.flag, labels.version]);
  for (const sum of sums) wholes.set(placeOf(sum), (wholes.get(placeOf(sum)) ?? 0) + sum.count);
  return sums
    .map((sum) => {
      const { flag, version, variant, reason } = sum.labels;
      return {
        ...{ flag, version, reason, count: sum.count },
        variant: variant === '' ? undefined : variant,
        percent: (100 * sum.count) / (wholes.get(placeOf(sum)) ?? 1),
      };
    })
    .sort((a, b) => Number(b.version) - Number(a.version) || compare(a.flag, b.flag) || b.count - a.count);
}

/** Evaluations by variant of one flag, over all versions and reasons. */
export function countsByVariant(
  counts: readonly EvaluationCount[],
  flagKey: string,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, count } of counts)
    if (labels.flag === flagKey) sums.set(labels.variant, (sums.get(labels.variant) ?? 0) + count);
  return sums;
}

/** One reading. */
export interface CountMoment {
  atMs: number;
  counts: ReadonlyMap<string, number>;
}

/** Evaluations a second of each variant between neighbouring readings; servers that begin anew count from there. */
export function ratesByVariant(moments: readonly CountMoment[]): {
  times: number[];
  variants: { variant: string; values: number[] }[];
} {
  const names = [...new Set(moments.flatMap(({ counts }) => [...counts.keys()]))].sort();
  const pairs = moments.slice(1).map((after, at) => ({ before: moments[at] ?? after, after }));
  return {
    times: pairs.map(({ after }) => after.atMs),
    variants: names.map((variant) => ({
      variant,
      values: pairs.map(({ before, after }) => {
        const grown = (after.counts.get(variant) ?? 0) - (before.counts.get(variant) ?? 0);
        return (1000 * Math.max(0, grown)) / Math.max(1, after.atMs - before.atMs);
      }),
    })),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
