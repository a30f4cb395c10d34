// What a Deployment allows while it goes from version to version, computed anew from Kubernetes' rules.
import type { Deployment } from '@gantry/api/kinds/deployment';

/** Limits in pods. */
export interface LimitsOf {
  /** Available pods that there must be. */
  needed: number;
  /** Pods that there may be. */
  allowed: number;
}

/** Surge is rounded up, unavailable down, and never are both zero. A Recreate has no limits. */
export function rolloutLimitsOf({ spec }: Deployment): LimitsOf {
  const { replicas = 1, strategy } = spec;
  if (strategy?.type === 'Recreate') return { needed: 0, allowed: Infinity };
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  const surge = podsOf(maxSurge, replicas, Math.ceil);
  const unavailable = podsOf(maxUnavailable, replicas, Math.floor);
  const missing = Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable);
  return { needed: replicas - missing, allowed: replicas + surge };
}

function podsOf(amount: number | string, of: number, round: (value: number) => number): number {
  if (typeof amount === 'number') return amount;
  return round((Number(amount.replace('%', '')) * of) / 100);
}
