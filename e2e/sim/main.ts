// The simulation as a program: `make sim` runs many seeds and shrinks what fails; `make sim SEED=n` shows one run.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@gantry/kit/operational-error';
import { planFor } from './plan/draw-long-plan.ts';
import { allInvariants } from './run/all-invariants.ts';
import { failureReport, planLines } from './run/report.ts';
import { runPlan, type RunResult } from './run/run-plan.ts';
import { runSeeds, type SeedOutcome, type SeedWorkerData } from './run/seed-pool.ts';
import { shrink } from './run/shrink.ts';
import { readSeeds, readSimArguments, type SimArguments } from './run/sim-arguments.ts';
import { SimProgress } from './run/sim-progress.ts';

/** Failing seeds that are shrunk and shown in full; of the others the line alone. */
const SHOWN_MAX = 3;

async function main(): Promise<void> {
  const options = readSimArguments(process.argv.slice(2), availableParallelism());
  process.exitCode = options.isReplay ? await replay(options) : await runMany(options);
}

async function runMany(options: SimArguments): Promise<number> {
  const { threads, foundFile } = options;
  const found = foundFile === undefined ? [] : readSeeds(readFileSync(foundFile, 'utf8'));
  const seeds = [...new Set([...found, ...options.seeds])];
  const progress = new SimProgress(seeds.length, (line) => process.stdout.write(line), {
    isTerminal: process.stdout.isTTY,
    nowMs: () => performance.now(),
    processorMs,
  });
  const failed: SeedOutcome[] = [];
  await runSeeds(
    new URL(import.meta.url),
    seeds,
    { ...sizesOf(options), threads: Math.min(threads, seeds.length) },
    (outcome) => {
      progress.add(outcome);
      if (outcome.failure !== undefined) failed.push(outcome);
    },
  );
  progress.end();
  for (const { seed } of failed.slice(0, SHOWN_MAX)) console.log(await shrunkReport(seed, options));
  console.log(`${seeds.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

async function shrunkReport(seed: number, options: SimArguments): Promise<string> {
  const plan = planFor(seed, options);
  const invariants = allInvariants;
  const first = await runPlan(plan, { ...options, invariants });
  const { plan: smallest, runs } = await shrink(plan, async (smaller) => {
    const { failure } = await runPlan(smaller, { ...options, invariants });
    return failure !== undefined && failure.invariant === first.failure?.invariant;
  });
  const result = await runPlan(smallest, { ...options, invariants });
  return `\n${failureReport(result)}\n(shrunk in ${runs} runs)\n`;
}

async function replay(options: SimArguments): Promise<number> {
  const [seed = 0] = options.seeds;
  const plan = planFor(seed, options);
  console.log(planLines(plan).join('\n'));
  const onLine = (line: string): void => console.log(line);
  const result: RunResult = await runPlan(plan, { ...options, invariants: allInvariants, onLine });
  const { failure, steps, simulatedMs, digest } = result;
  console.log(
    `\n${steps} steps, ${(simulatedMs / 1_000).toFixed(0)} simulated seconds, transcript ${digest}`,
  );
  if (failure !== undefined) console.log(await shrunkReport(seed, options));
  console.log(failure === undefined ? '1 passed, 0 failed' : '0 passed, 1 failed');
  return failure === undefined ? 0 : 1;
}

function sizesOf(options: SimArguments): SeedWorkerData {
  const { stepsMax, nodes, heartbeatIntervalMs, chaosMs, faultEveryMs, actionEveryMs } = options;
  return Object.fromEntries(
    Object.entries({ stepsMax, nodes, heartbeatIntervalMs, chaosMs, faultEveryMs, actionEveryMs }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** Of all threads, since the start. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** A thread: runs the seeds that it is sent. */
function serveSeeds(options: SeedWorkerData): void {
  parentPort?.on('message', (seed: number) => {
    void runPlan(planFor(seed, options), { ...options, invariants: allInvariants, lines: 0 }).then(
      ({ plan: _, ...outcome }) => parentPort?.postMessage({ ...outcome, seed } satisfies SeedOutcome),
    );
  });
}

if (isMainThread) {
  main().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
  });
} else serveSeeds(workerData as SeedWorkerData);
