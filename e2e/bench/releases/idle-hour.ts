// The heap of a control plane with many idle Rollouts and finished AnalysisRuns, over an hour of the virtual clock: a whole
// simulated cluster in this process, whose three nodes beat all the while. Garbage is collected before each look.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { RunPlan } from '../../sim/plan/run-plan.ts';
import { settle } from '../../sim/world/settle.ts';
import { SimWorld } from '../../sim/world/sim-world.ts';
import type { Workbench } from '../bench.ts';
import { short, type Figure } from '../figure.ts';
import { IDLE_WORDS, makeIdle } from './idle.ts';

const MINUTE_MS = 60_000;
const LOOKS_MIN = [0, 15, 30, 45, 60];
const QUICK_LOOKS_MIN = [0, 5, 10];
/** Until what making them left behind is gone: Events are gathered, the store's history is compacted every 5 min. */
const REST_MS = 15 * MINUTE_MS;
/** What the last look may be above the first one. */
const GROWTH_PERCENT_MAX = 2;
/** What is noted for whoever looks on is dropped this often. */
const STEPS_A_LOOK = 500;

const PLAN: RunPlan = {
  ...{
    seed: 1,
    heartbeatIntervalMs: 5_000,
    chaosMs: 24 * 60 * MINUTE_MS,
    calmMs: 0,
    faults: [],
    actions: [],
  },
  quality: { delayMinMs: 0.2, delayMaxMs: 1, lossRate: 0, resetRate: 0, duplicateRate: 0 },
  replicas: [{ name: 'cp-0', drift: { offsetMs: 0, perMille: 0 } }],
  nodes: ['n0', 'n1', 'n2'].map((name) => ({
    ...{ name, cpuMilli: 4_000, memoryBytes: 4 * 1024 ** 3, podsMax: 110 },
    drift: { offsetMs: 0, perMille: 0 },
  })),
};

export async function idleHour({ quick, say }: Pick<Workbench, 'quick' | 'say'>): Promise<Figure[]> {
  const collectGarbage = garbageCollector();
  const world = new SimWorld(PLAN);
  world.start();
  try {
    await stepFor(world, MINUTE_MS);
    await make(world);
    say('all are made');
    await stepFor(world, REST_MS);
    const looksMin = quick ? QUICK_LOOKS_MIN : LOOKS_MIN;
    const heaps: number[] = [];
    for (const [at, minute] of looksMin.entries()) {
      await stepFor(world, (minute - (looksMin[at - 1] ?? 0)) * MINUTE_MS);
      heaps.push(await heapMegabytes(collectGarbage));
      say(`after ${minute} min: ${short(heaps.at(-1) ?? 0)} MB`);
    }
    return [figureOf(looksMin, heaps)];
  } finally {
    world.stop();
  }
}

/** Makes all of it as a user, and waits until it is as it is to be. */
async function make(world: SimWorld): Promise<void> {
  const { client, process, leave } = world.openUser('bench');
  let made: { error?: unknown } | undefined;
  void makeIdle(client, () => process.clock.nowMs()).then(
    () => (made = {}),
    (error: unknown) => (made = { error }),
  );
  while (made === undefined) await stepOften(world);
  leave();
  if (made.error !== undefined) throw new Error('not all could be made', { cause: made.error });
  for (let waitedMs = 0; !isAtRest(world); waitedMs += MINUTE_MS) {
    if (waitedMs > REST_MS) throw new Error('not all came to rest');
    await stepFor(world, MINUTE_MS);
  }
}

function isAtRest(world: SimWorld): boolean {
  const view = world.look();
  const [rollouts, runs] = [rolloutKind, analysisRunKind].map(({ kind }) => [...view.objects(kind).values()]);
  const isHealthy = rollouts?.every((rollout) => (rollout as Rollout).status?.phase === 'Healthy');
  const isOver = runs?.every((run) => (run['status'] as { completedAt?: string }).completedAt !== undefined);
  return isHealthy === true && isOver === true;
}

async function stepFor(world: SimWorld, forMs: number): Promise<void> {
  const endMs = world.elapsedMs + forMs;
  while (world.elapsedMs < endMs) await stepOften(world);
}

async function stepOften(world: SimWorld): Promise<void> {
  for (let steps = 0; steps < STEPS_A_LOOK; steps += 1) await world.step();
  world.look();
}

async function heapMegabytes(collectGarbage: () => void): Promise<number> {
  // What one collection finalises the next one frees.
  for (let times = 0; times < 3; times += 1) {
    collectGarbage();
    await settle();
  }
  return process.memoryUsage().heapUsed / 1e6;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function figureOf(looksMin: readonly number[], heaps: readonly number[]): Figure {
  const [first = 0, last = 0] = [heaps[0], heaps.at(-1)];
  const growth = ((last - first) / first) * 100;
  return {
    what: `${IDLE_WORDS}: heap after ${looksMin.join(', ')} min of the virtual clock`,
    target: `flat: at most ${GROWTH_PERCENT_MAX} % more at the end`,
    measured: `${heaps.map(short).join(', ')} MB (${growth >= 0 ? '+' : ''}${short(growth)} %)`,
    reference: '',
    met: growth <= GROWTH_PERCENT_MAX,
  };
}
