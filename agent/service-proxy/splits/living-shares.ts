// Which shares of a split can be had: one whose Service has no pod that takes requests goes to the others. Pure.
import type { ProxyService } from '../proxy-state.ts';
import type { Share } from '../routes/routing.ts';

/**
 * The weights of shares, 0 for those that nobody would answer. Pods that are being stopped and still serve are asked only
 * when all that is left is such; when there is nobody at all, weights are as they were.
 */
export function livingShares(
  shares: readonly Share[],
  byKey: ReadonlyMap<string, ProxyService>,
): readonly number[] {
  const portOf = ({ service = '' }: Share): ProxyService | undefined => byKey.get(service);
  const hasServers = (share: Share): boolean => (portOf(share)?.servers.length ?? 0) > 0;
  const isReady = (share: Share): boolean => hasServers(share) && portOf(share)?.isEnding !== true;
  for (const isFit of [isReady, hasServers, (share: Share) => portOf(share) !== undefined]) {
    const weights = shares.map((share) => (isFit(share) ? share.weight : 0));
    if (weights.some((weight) => weight > 0)) return weights;
  }
  return shares.map(({ weight }) => weight);
}
