// Runs seeds on several threads, each taking the next seed when it is done with one.
import { Worker } from 'node:worker_threads';
import type { PlanSizes } from '../plan/draw-plan.ts';
import type { RunResult } from './run-plan.ts';

/** What a thread is told at its start. */
export interface SeedWorkerData extends PlanSizes {
  stepsMax?: number;
}

/** What a thread tells of a seed. */
export type SeedOutcome = Pick<RunResult, 'failure' | 'steps' | 'simulatedMs' | 'digest'> & { seed: number };

/**
 * Runs all seeds, as long as there is a next one.
 *
 * @param program the file that the threads run.
 * @throws Error when a thread dies.
 */
export async function runSeeds(
  program: URL,
  seeds: Iterable<number>,
  options: SeedWorkerData & { threads: number },
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  const { threads, ...workerData } = options;
  const waiting = seeds[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: threads }, () => runThread(new Worker(program, { workerData }), waiting, onOutcome)),
  );
}

function runThread(
  worker: Worker,
  waiting: Iterator<number>,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { value, done } = waiting.next();
      if (done === true) void worker.terminate().then(() => resolve());
      else worker.postMessage(value);
    };
    worker.on('message', (outcome: SeedOutcome) => {
      onOutcome(outcome);
      next();
    });
    worker.once('error', reject);
    next();
  });
}
