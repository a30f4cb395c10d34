// What every benchmark is: a name, and a function from a workbench to figures.
import type { LocalWorld, WorldOptions } from '../cluster/local-world.ts';
import type { BenchEngine } from './bench-engine.ts';
import type { Figure } from './figure.ts';

/** What a benchmark works with. */
export interface Workbench {
  engine: BenchEngine;
  /** `--quick`: few rounds, for trying. */
  quick: boolean;
  /** A fresh cluster; stopped when the benchmark ends. */
  openWorld(options?: Pick<WorldOptions, 'agents' | 'warmSandboxes'>): Promise<LocalWorld>;
  /** Tells the reader what goes on. */
  say(sentence: string): void;
}

export interface Bench {
  name: string;
  run(bench: Workbench): Promise<Figure[]>;
}

/** Seconds that the work took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return (performance.now() - beganMs) / 1000;
}
