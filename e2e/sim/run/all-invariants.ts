// The invariants that every run is held to, with the bounds that fit its size.
import { createAllInvariants } from '../invariants/all-invariants.ts';
import { BOUNDS } from '../invariants/bounds.ts';
import type { Invariant } from '../invariants/world-view.ts';
import type { RunPlan } from '../plan/run-plan.ts';

/** What is not as wanted by then is seen while the calm still lasts. */
const BEFORE_THE_END_MS = 30_000;

/** Made anew for each run: they remember what they have seen. */
export function allInvariants({ calmMs }: Pick<RunPlan, 'calmMs'>): Invariant[] {
  return [...createAllInvariants({ ...BOUNDS, clockSkewMs: 5_000, settleMs: calmMs - BEFORE_THE_END_MS })];
}
