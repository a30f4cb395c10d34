// Shares of groups of servers as a weight for each server: HAProxy takes whole numbers from 1 to 256. Pure.

/** The greatest weight of a server. */
export const WEIGHT_MAX = 256;

/** Servers of which each has to get the same. */
export interface ServerGroup {
  weight: number;
  /** At least one. */
  count: number;
}

/** What the servers of a group get. */
export interface GroupWeight {
  weight: number;
  /** So many of them one more. */
  extra: number;
}

/** Servers of a group are not treated alike only where shares would be further off than this. */
const ERROR_MAX = 0.001;
/** Differences below are those of the arithmetic. */
const TOLERANCE = 1e-12;

/**
 * A weight for the servers of each group, so that the groups' shares are as exact as whole numbers allow.
 *
 * @param groups with weights greater than 0.
 */
export function serverWeights(groups: readonly ServerGroup[]): GroupWeight[] {
  const wanted = groups.map(({ weight, count }) => weight / count);
  const most = Math.max(...wanted);
  let best: { weights: GroupWeight[]; error: number } | undefined;
  for (let scale = 1; scale <= WEIGHT_MAX; scale += 1) {
    const weights = wanted.map((one) => ({
      weight: Math.max(1, Math.round((one * scale) / most)),
      extra: 0,
    }));
    const error = errorOf(groups, weights);
    if (best === undefined || error < best.error - TOLERANCE) best = { weights, error };
  }
  if (best !== undefined && best.error <= ERROR_MAX) return best.weights;
  return groups.map(({ count }, at) => {
    const total = Math.max(1, Math.round((count * (wanted[at] ?? 0) * WEIGHT_MAX) / most));
    return { weight: Math.floor(total / count), extra: total % count };
  });
}

/** How far the share that is furthest away is from what is wanted. */
function errorOf(groups: readonly ServerGroup[], weights: readonly GroupWeight[]): number {
  const wanted = groups.reduce((sum, { weight }) => sum + weight, 0);
  const totals = groups.map(({ count }, at) => count * (weights[at]?.weight ?? 0));
  const given = totals.reduce((sum, total) => sum + total, 0);
  return Math.max(...groups.map(({ weight }, at) => Math.abs((totals[at] ?? 0) / given - weight / wanted)));
}
