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
  /** So many of them; the others would make the group's share too great. */
  used: number;
}

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
    const weights = groups.map(({ count }, at) =>
      groupWeight(((wanted[at] ?? 0) * scale) / most, count, scale),
    );
    const error = errorOf(groups, weights);
    if (best === undefined || error < best.error - TOLERANCE) best = { weights, error };
  }
  return best?.weights ?? [];
}

/** Differences below are those of the arithmetic. */
const TOLERANCE = 1e-12;

/** Servers are left out only where even the least weight is too much. */
function groupWeight(exact: number, count: number, scale: number): GroupWeight {
  const isTooMuch = scale === WEIGHT_MAX && exact < 1;
  const used = isTooMuch ? Math.max(1, Math.round(count * exact)) : count;
  return { weight: Math.max(1, Math.round(exact)), used };
}

/** How far the share that is furthest away is from what is wanted. */
function errorOf(groups: readonly ServerGroup[], weights: readonly GroupWeight[]): number {
  const wanted = groups.reduce((sum, { weight }) => sum + weight, 0);
  const given = weights.reduce((sum, { weight, used }) => sum + weight * used, 0);
  return Math.max(
    ...groups.map(({ weight }, at) => {
      const { weight: own, used } = weights[at] ?? { weight: 0, used: 0 };
      return Math.abs((own * used) / given - weight / wanted);
    }),
  );
}
