// Exponential back-off as pure arithmetic.
import type { Random } from './random.ts';

/** How long to wait between tries. Durations in milliseconds. */
export interface BackoffPolicy {
  initialMs: number;
  maxMs: number;
  /** Multiplier per failure; 2 doubles. */
  factor: number;
  /** Share of the delay that is random, 0..1: 0.2 means up to 20 % less. */
  jitter: number;
}

/** The delay before try number `failures + 1`; zero failures wait nothing. */
export function backoffMs(policy: BackoffPolicy, failures: number, random?: Random): number {
  if (failures <= 0) return 0;
  const delayMs = Math.min(policy.maxMs, policy.initialMs * policy.factor ** (failures - 1));
  return Math.round(delayMs * (1 - policy.jitter * (random?.next() ?? 0)));
}
