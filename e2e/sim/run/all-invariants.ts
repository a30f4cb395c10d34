// The invariants that every run is held to, with the bounds that fit its size.
import { createAllInvariants } from '../invariants/all-invariants.ts';
import { BOUNDS } from '../invariants/bounds.ts';
import type { Invariant } from '../invariants/world-view.ts';

/** Made anew for each run: they remember what they have seen. */
export function allInvariants(): Invariant[] {
  return [...createAllInvariants({ ...BOUNDS, clockSkewMs: 5_000, settleMs: 120_000 })];
}
