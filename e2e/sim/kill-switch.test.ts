// A kill switch that is thrown while nobody leads: every node takes the traffic back by its own flags.
import test, { type ExecutionContext } from 'ava';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { Invariant, WorldView } from './invariants/world-view.ts';
import { sideShare } from './invariants/rollouts/rollout-reading.ts';
import type { RunPlan } from './plan/run-plan.ts';
import { allInvariants } from './run/all-invariants.ts';
import { runPlan } from './run/run-plan.ts';
import type { NetworkQuality } from './world/network.ts';

const PERCENT = 50;
const RELEASED_MS = 15_000;
const AWAY_MS = 35_000;
const THROWN_MS = 40_000;
const BACK_MS = 60_000;
/** A watch, and what a proxy takes. */
const HEEDED_MS = 1_000;
const FAIR: NetworkQuality = { delayMinMs: 0.2, delayMaxMs: 3, lossRate: 0, resetRate: 0, duplicateRate: 0 };

function planOf(seed: number): RunPlan {
  const drift = { offsetMs: 0, perMille: 0 };
  const size = { cpuMilli: 4_000, memoryBytes: 4 * 1024 ** 3, podsMax: 110, drift };
  const name = 'rollout-0';
  return {
    ...{ seed, heartbeatIntervalMs: 3_000, quality: FAIR, chaosMs: BACK_MS + 1_000, calmMs: 150_000 },
    nodes: ['n0', 'n1', 'n2'].map((node) => ({ name: node, ...size })),
    replicas: ['cp-0', 'cp-1'].map((replica) => ({ name: replica, drift })),
    flagsOnNodes: true,
    faults: [{ type: 'leader-away', atMs: AWAY_MS, forMs: BACK_MS - AWAY_MS }],
    actions: [
      {
        ...{ type: 'create-rollout', atMs: 1_000, user: 'ann' },
        rollout: {
          ...{ name, form: 'canary', version: 1, count: 2, cpuMilli: 10, graceSeconds: 1, behaviour: {} },
          ...{ delaySeconds: 1, isAutomatic: true, hasKillSwitch: true },
          steps: [{ setWeight: PERCENT }, { pause: {} }],
        },
      },
      { type: 'release', atMs: RELEASED_MS, user: 'ann', name, version: 2 },
      { type: 'flip-flag', atMs: THROWN_MS, user: 'ann', name, flag: 'stop', on: true },
    ],
  };
}

/** What a look has shown. */
interface Sight {
  atMs: number;
  /** The new version's share at each node; none where the node has no such split. */
  atNodes: readonly (number | undefined)[];
  /** As it is stored. */
  asked: number | undefined;
  isAborted: boolean;
}

function sightOf(view: WorldView, beganMs: number): Sight {
  const [split] = view.objects('TrafficSplit').values();
  const [rollout] = view.objects('Rollout').values();
  const shareIn = (one: TrafficSplit | undefined): number | undefined => one && sideShare(one)?.weight;
  return {
    atMs: view.nowMs - beganMs,
    atNodes: [...view.nodes.values()].map(({ splits }) => shareIn(splits[0])),
    asked: shareIn(split as TrafficSplit | undefined),
    isAborted: (rollout as Rollout | undefined)?.status?.abort === true,
  };
}

async function play(t: ExecutionContext, seed: number): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  let beganMs: number | undefined;
  const witness: Invariant = {
    ...{ name: 'witness', sentence: 'Looks on.' },
    check(view) {
      beganMs ??= view.nowMs;
      sights.push(sightOf(view, beganMs));
      return undefined;
    },
  };
  const { failure } = await runPlan(planOf(seed), {
    invariants: (plan) => [...allInvariants(plan), witness],
  });
  t.is(failure, undefined);
  return sights;
}

for (const seed of [1, 2, 3])
  test(`nodes take the traffic back while nobody leads, and the next leader aborts (seed ${seed})`, async (t) => {
    const sights = await play(t, seed);
    const between = (fromMs: number, toMs: number): Sight[] =>
      sights.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const shared = between(AWAY_MS, THROWN_MS);
    t.true(shared.length > 0);
    for (const { atNodes } of shared) t.deepEqual(atNodes, [PERCENT, PERCENT, PERCENT]);
    const takenBack = between(THROWN_MS + HEEDED_MS, BACK_MS);
    t.true(takenBack.length > 5);
    for (const { atNodes, asked, isAborted } of takenBack) {
      t.deepEqual(atNodes, [0, 0, 0]);
      t.deepEqual({ asked, isAborted }, { asked: PERCENT, isAborted: false });
    }
    t.like(sights.at(-1), { asked: 0, isAborted: true });
  });
