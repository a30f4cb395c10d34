// Looks for the first seed that notices a fault.
import { pathToFileURL } from 'node:url';
import { drawPlan } from '../plan/draw-plan.ts';
import { runSeeds, type SeedOutcome } from '../run/seed-pool.ts';
import type { PlanNeed } from './plan-needs.ts';

/** What came of a hunt. */
export interface Hunt {
  /** Seeds that were run. */
  runs: number;
  /** The lowest seed that failed, and by which invariant. */
  caughtBy?: { seed: number; invariant: string; seen: string };
}

/** How far a hunt goes. */
export interface HuntLimits {
  seedsMax: number;
  threads: number;
  /** Seeds of other plans are passed over: they run as without the fault. */
  needs?: PlanNeed | undefined;
}

/** Runs seeds from 1 on until one fails, or `seedsMax` have passed. */
export async function hunt(
  program: string,
  { seedsMax, threads, needs = () => true }: HuntLimits,
): Promise<Hunt> {
  let runs = 0;
  let first: SeedOutcome | undefined;
  function* seeds(): Generator<number> {
    for (let seed = 1; seed <= seedsMax && first === undefined; seed += 1)
      if (needs(drawPlan(seed))) yield seed;
  }
  await runSeeds(pathToFileURL(program), seeds(), { threads }, (outcome) => {
    runs += 1;
    if (outcome.failure !== undefined && (first === undefined || outcome.seed < first.seed)) first = outcome;
  });
  const { seed, failure } = first ?? {};
  if (seed === undefined || failure === undefined) return { runs };
  return { runs, caughtBy: { seed, invariant: failure.invariant, seen: failure.seen } };
}
