// Looks for the first seed that notices a fault.
import { pathToFileURL } from 'node:url';
import { runSeeds, type SeedOutcome } from '../run/seed-pool.ts';

/** What came of a hunt. */
export interface Hunt {
  /** Seeds that were run. */
  runs: number;
  /** The lowest seed that failed, and by which invariant. */
  caughtBy?: { seed: number; invariant: string; seen: string };
}

/** Runs seeds from 1 on until one fails, or `seedsMax` have passed. */
export async function hunt(program: string, seedsMax: number, threads: number): Promise<Hunt> {
  let runs = 0;
  let first: SeedOutcome | undefined;
  function* seeds(): Generator<number> {
    for (let seed = 1; seed <= seedsMax && first === undefined; seed += 1) yield seed;
  }
  await runSeeds(pathToFileURL(program), seeds(), { threads }, (outcome) => {
    runs += 1;
    if (outcome.failure !== undefined && (first === undefined || outcome.seed < first.seed)) first = outcome;
  });
  const { seed, failure } = first ?? {};
  if (seed === undefined || failure === undefined) return { runs };
  return { runs, caughtBy: { seed, invariant: failure.invariant, seen: failure.seen } };
}
