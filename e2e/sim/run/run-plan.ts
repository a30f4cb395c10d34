// Carries out one plan to its end.
import type { Invariant } from '../invariants/world-view.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { SimWorld } from '../world/sim-world.ts';
import { driveWorld, type DriveOptions, type Failure } from './drive-world.ts';

/** How a run went. */
export interface RunResult {
  plan: RunPlan;
  failure?: Failure;
  steps: number;
  simulatedMs: number;
  /** Of the whole transcript: the same for two runs of one plan. */
  digest: string;
}

/** What a run may be given. */
export interface RunOptions extends Pick<DriveOptions, 'stepsMax' | 'lines'> {
  /** Made anew for each run: they keep state. */
  invariants: (plan: RunPlan) => readonly Invariant[];
  /** Told of each line as it comes. */
  onLine?: (line: string) => void;
}

/** Runs it; ends early once all is quiet. */
export async function runPlan(plan: RunPlan, options: RunOptions): Promise<RunResult> {
  const { invariants, onLine, ...limits } = options;
  const world = new SimWorld(plan);
  if (onLine !== undefined) world.transcript.onLine = onLine;
  const endMs = plan.chaosMs + plan.calmMs;
  const { steps, failure } = await driveWorld(world, {
    ...limits,
    invariants: invariants(plan),
    isOver: (isQuiet) => isQuiet || world.elapsedMs >= endMs,
  });
  return {
    ...{ plan, steps, simulatedMs: world.elapsedMs, digest: world.transcript.digest() },
    ...(failure === undefined ? {} : { failure }),
  };
}
