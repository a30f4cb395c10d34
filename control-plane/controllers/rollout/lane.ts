// The traffic of a Rollout: two Services, a split between them, and which version each Service leads to. Decides the next
// change only; each next one waits until the proxies of all live nodes have confirmed the one before. Pure.
import type { SplitRule } from '@gantry/api/kinds/traffic-split';

/** One of the two Services, as it stands. */
export interface LaneService {
  /** The version that its selector names; empty when it names none. */
  hash: string;
  /** Its slices have just the pods of that version, and the proxies of all live nodes have them. */
  isInStep: boolean;
  /** Its slices have a pod that is ready. */
  isServing: boolean;
}

/** The traffic as it stands. */
export interface Lane {
  main: LaneService;
  side: LaneService;
  /** The side's percent that is asked of the proxies; undefined while there is no split. */
  weight: number | undefined;
  /** Rules by which requests go to the side, or are copied to it, whatever its share. */
  routes: readonly SplitRule[];
  /** All proxies of live nodes have confirmed the split. */
  isConfirmed: boolean;
}

/** What the traffic should come to. */
export interface LaneGoal {
  stable: string;
  /** The version that the side leads to; the stable one when there is no other. */
  latest: string;
  /** The side's percent. */
  weight: number;
  /** Whether the version that the main Service is to lead to has its pods; one that was stable is always led back to. */
  isStableReady: boolean;
  /** The new version has the pods that its share needs. */
  hasCapacity: boolean;
  /** The greatest share that the side may give up at once: less where the stable version has too few pods. */
  weightMin: number;
}

/** One change. */
export type LaneChange =
  | { type: 'none'; waitsFor?: LaneWait }
  | { type: 'set-weight'; weight: number }
  | { type: 'lead-main'; hash: string }
  | { type: 'lead-side'; hash: string };

/** What a change waits for. */
export type LaneWait = 'confirmation' | 'capacity' | 'endpoints' | 'stable-capacity';

/** The next change of the traffic. */
export function nextLaneChange(lane: Lane, goal: LaneGoal): LaneChange {
  if (lane.weight === undefined) return firstChange(lane, goal);
  if (lane.main.hash !== goal.stable) return handOver(lane, lane.weight, goal);
  const isOne = lane.main.hash === lane.side.hash;
  // The main Service takes all before the side turns: its pods have to be known first.
  if (isOne && lane.weight > 0) return comeHome(lane, lane.weight);
  if (lane.side.hash !== goal.latest) return turnSide(lane, lane.weight, goal);
  if (isOne) return comeHome(lane, lane.weight);
  return weigh(lane, lane.weight, goal);
}

/** Both Services lead to the stable version before there is a split. */
function firstChange({ main, side }: Lane, goal: LaneGoal): LaneChange {
  const { stable } = goal;
  if (main.hash !== stable) return leadMain(main, goal);
  if (side.hash === '') return { type: 'lead-side', hash: stable };
  return { type: 'set-weight', weight: 0 };
}

/** The stable version is another than before: all traffic is at the side while the main Service turns. */
function handOver({ main, side, isConfirmed }: Lane, weight: number, goal: LaneGoal): LaneChange {
  const { stable } = goal;
  // Nobody led there step by step, also where the side still leads to it: the first version, or hands of others.
  if (weight === 0) return leadMain(main, goal);
  if (side.hash !== stable || main.hash === '') return { type: 'set-weight', weight: 0 };
  if (weight !== 100) return { type: 'set-weight', weight: 100 };
  if (!isConfirmed) return { type: 'none', waitsFor: 'confirmation' };
  return { type: 'lead-main', hash: stable };
}

/**
 * What answers is not given up for a version that has no pods yet: a first one that was never stable, or the pods of a
 * Deployment that the Rollout takes over from.
 */
function leadMain(main: LaneService, { stable, isStableReady }: LaneGoal): LaneChange {
  if (main.isServing && !isStableReady) return { type: 'none', waitsFor: 'capacity' };
  return { type: 'lead-main', hash: stable };
}

/** The side turns to another version while it has no traffic. */
function turnSide({ isConfirmed, routes }: Lane, weight: number, { latest }: LaneGoal): LaneChange {
  if (weight !== 0 || routes.length > 0) return { type: 'set-weight', weight: 0 };
  if (!isConfirmed) return { type: 'none', waitsFor: 'confirmation' };
  return { type: 'lead-side', hash: latest };
}

/** Both lead to the same version: the main Service takes all, once the proxies know its pods. */
function comeHome({ main, isConfirmed }: Lane, weight: number): LaneChange {
  if (weight === 0) return isConfirmed ? { type: 'none' } : { type: 'none', waitsFor: 'confirmation' };
  if (!main.isInStep) return { type: 'none', waitsFor: 'endpoints' };
  return { type: 'set-weight', weight: 0 };
}

/** More traffic for the side needs pods there that the proxies know; less is given at once. */
function weigh({ side, isConfirmed }: Lane, weight: number, goal: LaneGoal): LaneChange {
  const wanted = Math.max(goal.weight, Math.min(weight, goal.weightMin));
  if (wanted < weight) return { type: 'set-weight', weight: wanted };
  if (goal.weight < weight) return { type: 'none', waitsFor: 'stable-capacity' };
  if (wanted === weight) return isConfirmed ? { type: 'none' } : { type: 'none', waitsFor: 'confirmation' };
  if (!goal.hasCapacity) return { type: 'none', waitsFor: 'capacity' };
  if (!side.isServing || !side.isInStep) return { type: 'none', waitsFor: 'endpoints' };
  return { type: 'set-weight', weight: wanted };
}

/**
 * Proxies that have still to learn the main Service's pods may know those of any version that it has led to before; and one that
 * names no version yet leads to all that its own selector finds.
 */
export function mayKnowAny({ main }: Pick<Lane, 'main'>): boolean {
  return !main.isInStep;
}

/** Whether some proxy may send requests to a version. */
export function isRouted(lane: Lane, hash: string): boolean {
  const { main, side, weight, routes, isConfirmed } = lane;
  if (mayKnowAny(lane)) return true;
  if (!isConfirmed) return main.hash === hash || side.hash === hash;
  const isAsked = (weight ?? 0) > 0 || routes.length > 0;
  return (main.hash === hash && weight !== 100) || (side.hash === hash && isAsked);
}

/** Where one Service has all the traffic: whether some proxy may send requests to a version. */
export function isLedTo({ hash, isInStep }: LaneService, version: string): boolean {
  return hash === version || !isInStep;
}
