// Plays a scenario in the simulation, with every invariant shown each step, and then watches the calm after it.
import type { ExecutionContext } from 'ava';
import { allInvariants } from '../sim/run/all-invariants.ts';
import { driveWorld } from '../sim/run/drive-world.ts';
import type { RunPlan } from '../sim/plan/run-plan.ts';
import type { NetworkQuality } from '../sim/world/network.ts';
import { SimWorld } from '../sim/world/sim-world.ts';
import { play } from './play.ts';
import type { Scenario } from './scenario.ts';
import { simulatedWorld } from './simulated-world.ts';

/** How good the network between the simulated hosts is. */
export type Weather = 'fair' | 'mild';

const QUALITIES: Readonly<Record<Weather, NetworkQuality>> = {
  fair: { delayMinMs: 0.2, delayMaxMs: 1, lossRate: 0, resetRate: 0, duplicateRate: 0 },
  mild: { delayMinMs: 0.2, delayMaxMs: 20, lossRate: 0.01, resetRate: 0, duplicateRate: 0 },
};
/** No scenario takes longer. */
const SCENARIO_MAX_MS = 10 * 60_000;
const CALM_MS = 150_000;
const NODES = ['n1', 'n2'];

/**
 * Plays it to the end of the calm.
 *
 * @returns the digest of the transcript: the same for the same seed.
 * @throws Error with the last lines of the transcript when the scenario or an invariant fails.
 */
export async function playSimulated(
  t: ExecutionContext,
  scenario: Scenario,
  { seed, weather }: { seed: number; weather: Weather },
): Promise<string> {
  const plan = planOf(seed, weather);
  const sim = new SimWorld(plan);
  const user = sim.openUser('user');
  const replicas = plan.replicas.map(({ name }) => name);
  const world = simulatedWorld({ sim, user, replicas, nodes: NODES, namespace: scenario.name });
  let outcome: { atMs: number; error?: unknown } | undefined;
  const end = (error?: unknown): void => {
    outcome = { atMs: sim.elapsedMs, error };
    user.leave();
    sim.calm();
  };
  void play(t, scenario, world).then(() => end(), end);
  const { failure } = await driveWorld(sim, {
    invariants: allInvariants({ calmMs: CALM_MS }),
    isOver: (isQuiet) => {
      if (outcome === undefined) return sim.elapsedMs >= SCENARIO_MAX_MS;
      return outcome.error !== undefined || isQuiet || sim.elapsedMs >= outcome.atMs + CALM_MS;
    },
  });
  if (failure !== undefined) throw new Error(words(sim, `${failure.invariant}: ${failure.seen}`));
  if (outcome === undefined) throw new Error(words(sim, 'the scenario did not end'));
  const { error } = outcome;
  if (error !== undefined) throw new Error(words(sim, (error as Error).message), { cause: error });
  return sim.transcript.digest();
}

function words(sim: SimWorld, what: string): string {
  return [what, ...sim.transcript.tail(30)].join('\n');
}

/** In mild weather there are two replicas, and clocks are a little off. */
function planOf(seed: number, weather: Weather): RunPlan {
  const isMild = weather === 'mild';
  const drift = isMild ? { offsetMs: (seed % 3) * 100, perMille: 2 } : { offsetMs: 0, perMille: 0 };
  const size = { cpuMilli: 4_000, memoryBytes: 4 * 1024 ** 3, podsMax: 110 };
  return {
    ...{ seed, quality: QUALITIES[weather], heartbeatIntervalMs: 5_000 },
    nodes: NODES.map((name) => ({ name, ...size, drift })),
    replicas: (isMild ? ['cp-0', 'cp-1'] : ['cp-0']).map((name) => ({ name, drift })),
    ...{ chaosMs: SCENARIO_MAX_MS, calmMs: CALM_MS, faults: [], actions: [] },
  };
}
