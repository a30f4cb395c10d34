// Runs seeds on several threads, each taking the next seed when it is done with one.
import { Worker } from 'node:worker_threads';
import type { LongPlanSizes } from '../plan/draw-long-plan.ts';
import type { RunResult } from './run-plan.ts';

const HEAP_MB = 512;
/** Clusters larger than those that are drawn may hold more. */
const HEAP_PER_NODE_MB = 20;

/** What a thread is told at its start. */
export interface SeedWorkerData extends LongPlanSizes {
  stepsMax?: number;
}

/** What a thread tells of a seed. */
export type SeedOutcome = Pick<RunResult, 'failure' | 'steps' | 'simulatedMs' | 'digest'> & { seed: number };

/**
 * Runs all seeds, as long as there is a next one.
 *
 * @param program the file that the threads run.
 * @throws Error when a thread dies, e.g. for want of memory; it names the seed.
 */
export async function runSeeds(
  program: URL,
  seeds: Iterable<number>,
  options: SeedWorkerData & { threads: number },
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  const { threads, ...workerData } = options;
  // A run that holds on to more than this has a leak: it ends as a failure that is named, not with the machine's memory.
  const resourceLimits = {
    maxOldGenerationSizeMb: Math.max(HEAP_MB, HEAP_PER_NODE_MB * (options.nodes ?? 0)),
  };
  const waiting = seeds[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: threads }, () =>
      runThread(new Worker(program, { workerData, resourceLimits }), waiting, onOutcome),
    ),
  );
}

function runThread(
  worker: Worker,
  waiting: Iterator<number>,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let seed: number | undefined;
    const next = (): void => {
      const { value, done } = waiting.next();
      seed = done === true ? undefined : value;
      if (seed === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(seed);
    };
    worker.on('message', (outcome: SeedOutcome) => {
      onOutcome(outcome);
      next();
    });
    worker.once('error', (error) =>
      reject(new Error(`seed ${seed ?? '(none)'}: ${error.message}`, { cause: error })),
    );
    next();
  });
}
