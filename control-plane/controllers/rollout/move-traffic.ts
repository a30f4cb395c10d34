// The next change of a Rollout's traffic, as actions and as what it waits for. Pure.
import type { Action } from '../../engine/controller.ts';
import { newPods } from '@gantry/api/rollout/pods';
import { additionalOf, type Additional } from './experiment/additional.ts';
import { hasPods, weightMin } from './capacity.ts';
import type { Decision } from './decision.ts';
import type { Fleet } from './fleet.ts';
import { nextLaneChange, type Lane, type LaneChange } from './lane.ts';
import type { ObservedTraffic } from './observe.ts';
import type { RolloutReason } from './reasons.ts';
import type { AskedRoutes } from './route-rules.ts';
import type { Scene } from './scene.ts';
import { withoutSplit, leadService, nodesBehind, nodesWithout, splitAction } from './traffic.ts';

export interface TrafficMove {
  actions: readonly Action[];
  reasons: readonly RolloutReason[];
  /** Nothing is left to move, and all proxies have confirmed it. */
  isSettled: boolean;
}

const STILL: TrafficMove = { actions: [], reasons: [], isSettled: true };

/** One change a pass. */
export function moveTraffic(scene: Scene, decision: Decision): TrafficMove {
  const { observed, lane, fleet } = scene;
  const { traffic, formerSplit } = observed;
  if (formerSplit !== undefined) return { ...STILL, actions: [withoutSplit(formerSplit)], isSettled: false };
  if (traffic === undefined) return STILL;
  if (fleet.stable === undefined && fleet.current === undefined) return { ...STILL, isSettled: false };
  if (lane === undefined) return moveAlone(scene, decision, traffic);
  const stable = fleet.stableHash === '' ? fleet.hash : fleet.stableHash;
  const hasLatest = fleet.current !== undefined && fleet.current.size + fleet.current.active > 0;
  const change = nextLaneChange(lane, {
    stable,
    latest: hasLatest ? fleet.hash : stable,
    weight: scene.course.isSettled ? 0 : decision.weight,
    isStableReady: isLedToReady(scene),
    hasCapacity: hasPods(fleet, newPods(scene.rollout.spec, decision, decision.weight)),
    weightMin: weightMin(scene),
  });
  const additional = additionalOf(scene, decision);
  const actions = actionsOf(scene, decision, lane, traffic, change, additional);
  return {
    actions,
    reasons: [...reasonsOf(scene, lane, traffic, change), ...additional.reasons],
    isSettled: change.type === 'none' && change.waitsFor === undefined && actions.length === 0,
  };
}

/** One that was stable is: without pods it is gone back to all the same. */
function isLedToReady({ fleet }: Scene): boolean {
  return fleet.stableHash !== '' || hasPods(fleet, fleet.replicas);
}

/** The active Service alone: its selector is the switch. */
function moveAlone(scene: Scene, decision: Decision, { main, proxies }: ObservedTraffic): TrafficMove {
  const { rollout, fleet, course, alone } = scene;
  if (main.service === undefined) return STILL;
  const isNew = course.isSettled || (decision.abort === undefined && decision.weight === 100);
  const hash = isNew ? fleet.hash : fleet.stableHash;
  if (alone?.hash === hash) {
    if (alone.isInStep) return STILL;
    const nodes = nodesWithout(main, proxies).slice(0, NODES_SHOWN_MAX);
    const reason: RolloutReason = { type: 'waiting-for-endpoints', service: main.name, nodes };
    return { actions: [], reasons: [reason], isSettled: false };
  }
  if (alone?.isServing === true && !isLedToReady(scene))
    return { ...STILL, reasons: capacityReasons(fleet), isSettled: false };
  return { ...STILL, actions: [leadService(rollout, main.service, hash)], isSettled: false };
}

function actionsOf(
  scene: Scene,
  decision: Decision,
  lane: Lane,
  traffic: ObservedTraffic,
  change: LaneChange,
  { shares }: Additional,
): Action[] {
  const { rollout, fleet, course } = scene;
  const weight = change.type === 'set-weight' ? change.weight : lane.weight;
  const total = shares.reduce((sum, share) => sum + share.weight, weight ?? 0);
  const isExposed = !((course.isSettled || decision.isTakingOver) && weight === 100);
  const isOpen = !course.isSettled && decision.abort === undefined && lane.side.hash === fleet.hash;
  const split =
    weight === undefined
      ? []
      : splitAction(rollout, traffic, {
          weight,
          additional: total <= 100 ? shares : [],
          ...(isOpen && lane.side.isServing ? routesOf(decision) : { routes: [], mirrors: [] }),
          isExposed,
          isKillable: isOpen && isExposed,
        });
  const service =
    change.type === 'lead-main' ? traffic.main : change.type === 'lead-side' ? traffic.side : undefined;
  if (service?.service === undefined || !('hash' in change)) return split;
  return [...split, leadService(rollout, service.service, change.hash)];
}

function routesOf({ routes, mirrors }: Decision): AskedRoutes {
  return { routes, mirrors };
}

function reasonsOf(
  { fleet }: Scene,
  lane: Lane,
  traffic: ObservedTraffic,
  change: LaneChange,
): RolloutReason[] {
  const waitsFor = change.type === 'none' ? change.waitsFor : undefined;
  switch (waitsFor) {
    case 'confirmation': {
      const nodes = nodesBehind(traffic);
      const shown = nodes.slice(0, NODES_SHOWN_MAX);
      return [{ type: 'waiting-for-proxies', weight: lane.weight ?? 0, count: nodes.length, nodes: shown }];
    }
    case 'capacity':
      return capacityReasons(fleet);
    case 'endpoints': {
      const isMain = lane.main.hash === lane.side.hash;
      const service = isMain ? traffic.main : (traffic.side ?? traffic.main);
      const nodes = nodesWithout(service, traffic.proxies).slice(0, NODES_SHOWN_MAX);
      return [{ type: 'waiting-for-endpoints', service: service.name, nodes }];
    }
    case 'stable-capacity':
      return [{ type: 'waiting-for-stable-pods' }];
    default:
      return [];
  }
}

function capacityReasons({ current }: Fleet): RolloutReason[] {
  const { available = 0, size: total = 0 } = current ?? {};
  return available < total ? [{ type: 'waiting-for-available', available, total }] : [];
}

const NODES_SHOWN_MAX = 5;
