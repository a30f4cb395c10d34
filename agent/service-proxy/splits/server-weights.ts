// Shares of groups of servers as a weight for each server: HAProxy takes whole numbers from 1 to 256. Pure.

/** The greatest weight of a server. */
export const WEIGHT_MAX = 256;

/** Servers of which each has to get the same. */
export interface ServerGroup {
  weight: number;
  /** At least one. */
  count: number;
}

/**
 * A weight for each server of a group, so that the groups' shares are as exact as whole numbers allow.
 *
 * @param groups with weights greater than 0.
 */
export function serverWeights(groups: readonly ServerGroup[]): number[] {
  const wanted = groups.map(({ weight, count }) => weight / count);
  const most = Math.max(...wanted);
  let best: { weights: number[]; error: number } | undefined;
  for (let scale = 1; scale <= WEIGHT_MAX; scale += 1) {
    const weights = wanted.map((one) => Math.max(1, Math.round((one * scale) / most)));
    const error = errorOf(groups, weights);
    if (best === undefined || error < best.error - TOLERANCE) best = { weights, error };
  }
  return best?.weights ?? [];
}

/** Differences below are those of the arithmetic. */
const TOLERANCE = 1e-12;

/** How far the share that is furthest away is from what is wanted. */
function errorOf(groups: readonly ServerGroup[], weights: readonly number[]): number {
  const wanted = groups.reduce((sum, { weight }) => sum + weight, 0);
  const given = groups.reduce((sum, { count }, at) => sum + count * (weights[at] ?? 0), 0);
  return Math.max(
    ...groups.map(({ weight, count }, at) =>
      Math.abs((count * (weights[at] ?? 0)) / given - weight / wanted),
    ),
  );
}
