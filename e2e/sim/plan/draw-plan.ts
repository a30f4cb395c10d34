// Draws a whole run from its seed: how large the cluster is, how bad the network, what users do and what goes wrong.
// Pure: the same seed gives the same plan.
import { seededRandom, type Random } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import type { NetworkQuality } from '../world/network.ts';
import { STORE_HOST } from '../store/store-link.ts';
import { drawActions } from './draw-actions.ts';
import { withFirstFlags } from './draw-first-flags.ts';
import { drawKillSwitch } from './draw-kill-switch.ts';
import { drawReleases } from './draw-releases.ts';
import { drawRollouts } from './draw-rollouts.ts';
import { drawServices } from './draw-services.ts';
import { between, chance, pick } from './draws.ts';
import type { Fault } from './fault.ts';
import type { NodePlan, RunPlan } from './run-plan.ts';
import type { UserAction } from './user-action.ts';

/** Sizes that a caller may ask for; drawn where absent. */
export interface PlanSizes {
  nodes?: number;
  chaosMs?: number;
  heartbeatIntervalMs?: number;
}

const LAPSE_CHANCE = 0.2;
const PRIORITIES_CHANCE = 0.25;
const LOSS_NODES_MIN = 3;
const LOSS_CHANCE = 0.15;
const CALM_MS = 150_000;
/** More than that are only run on demand. */
const NODES_DRAWN_MAX = 5;
/** Each further node is longer waited for: a DaemonSet may go from node to node, and its pods have a grace of 5 s. */
const CALM_PER_NODE_MS = 10_000;
/** Mostly slow: each beat costs as much as a change, and tells less. */
const HEARTBEATS_MS = [1_000, 3_000, 3_000, 5_000, 5_000, 5_000, 5_000, 5_000] as const;
const MIB = 1024 * 1024;

/** Draws the plan of a seed. */
export function drawPlan(seed: number, sizes: PlanSizes = {}): RunPlan {
  const random = seededRandom(hashText(`plan/${seed}`));
  const nodes = drawNodes(random, sizes.nodes ?? pick(random, [1, 2, 3, 3, 4, 5]));
  const replicas = Array.from({ length: pick(random, [1, 2, 2, 3]) }, (_, at) => ({
    name: `cp-${at}`,
    drift: drawDrift(random, 200),
  }));
  const chaosMs = sizes.chaosMs ?? between(random, 15, 70) * 1_000;
  const parts = { nodes: nodes.map(({ name }) => name), replicas: replicas.map(({ name }) => name), chaosMs };
  const lapse = drawLapse(seed, parts);
  const heartbeatIntervalMs = sizes.heartbeatIntervalMs ?? pick(random, HEARTBEATS_MS);
  const quality = drawQuality(random);
  const faults = drawFaults(random, parts);
  const usual = drawActions(random, parts);
  const services = drawServices(seed, usual, chaosMs);
  const rollouts = withFirstFlags(seed, [...drawRollouts(seed, chaosMs), ...drawReleases(seed, chaosMs)]);
  const { flagsOnNodes, ...killSwitch } = drawKillSwitch(seed, rollouts, chaosMs);
  return {
    ...{ seed, nodes, replicas, chaosMs, calmMs: calmMsFor(nodes.length) },
    heartbeatIntervalMs,
    quality,
    ...(flagsOnNodes === undefined ? {} : { flagsOnNodes }),
    faults: [...faults, ...drawLoss(seed, parts), ...lapse.faults, ...killSwitch.faults].toSorted(byTime),
    actions: [
      ...withPriorities(seed, usual),
      ...services,
      ...rollouts,
      ...killSwitch.actions,
      ...lapse.actions,
    ].toSorted(byTime),
  };
}

function calmMsFor(nodes: number): number {
  return CALM_MS + Math.max(0, nodes - NODES_DRAWN_MAX) * CALM_PER_NODE_MS;
}

function drawNodes(random: Random, count: number): NodePlan[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `n${at}`,
    cpuMilli: pick(random, [1_000, 2_000, 4_000]),
    memoryBytes: 4_096 * MIB,
    podsMax: pick(random, [4, 10, 110]),
    drift: drawDrift(random, 2_000),
  }));
}

/** Most clocks are nearly right; some are off, and some run too fast or too slow. */
function drawDrift(random: Random, offsetMaxMs: number) {
  return {
    offsetMs: chance(random, 0.6) ? 0 : between(random, -offsetMaxMs, offsetMaxMs),
    perMille: chance(random, 0.7) ? 0 : between(random, -20, 20),
  };
}

function drawQuality(random: Random): NetworkQuality {
  const isGood = chance(random, 0.5);
  return {
    delayMinMs: 0.2,
    delayMaxMs: pick(random, [1, 3, 20]),
    lossRate: isGood ? 0 : pick(random, [0.001, 0.01, 0.05]),
    resetRate: isGood ? 0 : pick(random, [0.001, 0.01, 0.03]),
    duplicateRate: isGood ? 0 : pick(random, [0, 0.01, 0.05]),
  };
}

/** What faults happen to, and until when. */
export interface FaultParts {
  nodes: readonly string[];
  replicas: readonly string[];
  chaosMs: number;
}

/** Some runs have few faults, so that what only users do is seen too. */
function drawFaults(random: Random, parts: FaultParts): Fault[] {
  const count = pick(random, [0, 2, 5, 8, 12]);
  return Array.from({ length: count }, () => drawFault(random, parts));
}

/** Drawn apart, so that the seeds of before go as they went. A cluster that loses a host has others. */
function drawLoss(seed: number, { nodes, chaosMs }: FaultParts): Fault[] {
  const random = seededRandom(hashText(`loss/${seed}`));
  if (nodes.length < LOSS_NODES_MIN || !chance(random, LOSS_CHANCE)) return [];
  return [{ type: 'host-lost', node: pick(random, nodes), atMs: between(random, 1_000, chaosMs - 1_000) }];
}

/** An agent forgets all, and meanwhile a pod is removed by force: then nobody knows what is left of it. */
function drawLapse(seed: number, { nodes, chaosMs }: FaultParts): Pick<RunPlan, 'faults' | 'actions'> {
  const random = seededRandom(hashText(`lapse/${seed}`));
  if (!chance(random, LAPSE_CHANCE)) return { faults: [], actions: [] };
  const atMs = between(random, Math.floor(chaosMs / 2), chaosMs - 4_000);
  const removal = { type: 'delete-pod' as const, atMs: atMs + 500, user: 'bob', draw: random.next() };
  return {
    faults: [{ type: 'state-lost', node: pick(random, nodes), atMs, backAfterMs: 3_000 }],
    actions: [{ ...removal, force: true }],
  };
}

/** In order of time. */
export function byTime(a: { atMs: number }, b: { atMs: number }): number {
  return a.atMs - b.atMs;
}

/** Drawn apart too. What is critical asks for more, so that others have to give way. */
function withPriorities(seed: number, actions: readonly UserAction[]): UserAction[] {
  const random = seededRandom(hashText(`priority/${seed}`));
  if (!chance(random, PRIORITIES_CHANCE)) return [...actions];
  return actions.map((action) => {
    if (action.type !== 'create' || chance(random, 0.5)) return action;
    const cpuMilli = pick(random, [300, 600, 900]);
    return { ...action, workload: { ...action.workload, cpuMilli, isCritical: true } };
  });
}

const WEIGHTED: readonly Exclude<Fault['type'], 'host-lost' | 'state-lost' | 'leader-away'>[] = [
  ...(['cut', 'cut', 'cut', 'store-away', 'poor-network', 'kill', 'kill', 'kill', 'kill'] as const),
  ...(['stop', 'pause', 'pause', 'host-down', 'container-dies', 'container-dies', 'compact'] as const),
];

/** One fault, within the time that is given. */
export function drawFault(random: Random, parts: FaultParts): Fault {
  const { nodes, replicas, chaosMs } = parts;
  const atMs = between(random, 1_000, chaosMs - 1_000);
  const untilMs = chaosMs - atMs;
  const forMs = Math.min(untilMs, pick(random, [300, 2_000, 7_000, 15_000, 40_000]));
  const type = pick(random, WEIGHTED);
  switch (type) {
    case 'cut':
      return { type, atMs, forMs, ...drawLink(random, parts), bothWays: chance(random, 0.5) };
    case 'store-away':
      return { type, atMs, forMs: Math.min(forMs, 15_000) };
    case 'poor-network':
      return { type, atMs, forMs, quality: { ...drawQuality(random), delayMaxMs: 200, lossRate: 0.1 } };
    case 'kill': {
      const process = pick(random, chance(random, 0.6) ? replicas : nodes);
      const when = pick(random, nodes.includes(process) ? (['now'] as const) : WHEN);
      return {
        type,
        atMs,
        process,
        when,
        backAfterMs: Math.min(untilMs, pick(random, [200, 3_000, 20_000])),
      };
    }
    case 'stop':
      return { type, atMs, process: pick(random, replicas), backAfterMs: Math.min(untilMs, 4_000) };
    case 'pause':
      return { type, atMs, forMs, process: pick(random, [...replicas, ...nodes]) };
    case 'host-down':
      return { type, atMs, forMs, node: pick(random, nodes) };
    case 'container-dies':
      return { type, atMs, node: pick(random, nodes), draw: random.next() };
    case 'compact':
      return { type, atMs };
  }
}

const WHEN = ['now', 'before-write', 'after-write'] as const;

function drawLink(random: Random, { nodes, replicas }: FaultParts): { from: string; to: string } {
  const replica = pick(random, replicas);
  const other = chance(random, 0.4) ? STORE_HOST : pick(random, nodes);
  return chance(random, 0.5) ? { from: replica, to: other } : { from: other, to: replica };
}
