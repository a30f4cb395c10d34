// All that the parts of a Rollout's plan look at. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Course } from './course.ts';
import type { Fleet, Member } from './fleet.ts';
import { isLedTo, isRouted, type Lane, type LaneService } from './lane.ts';
import type { ObservedRollout } from './observe.ts';

export interface Scene {
  observed: ObservedRollout;
  rollout: Rollout;
  fleet: Fleet;
  course: Course;
  /** Undefined where pods, or one Service alone, divide the traffic. */
  lane: Lane | undefined;
  /** The one Service, where it alone has the traffic and its selector is the switch. */
  alone: LaneService | undefined;
  nowMs: number;
}

/** The pods of a version, those on their way out included. */
export function podsOf({ observed }: Pick<Scene, 'observed'>, { replicaSet }: Member): readonly Pod[] {
  return observed.podsOf.get(replicaSet.metadata.uid ?? '') ?? [];
}

/** Whether some proxy may send requests to a version; nobody knows where pods alone divide the traffic. */
export function isReached({ lane, alone }: Pick<Scene, 'lane' | 'alone'>, hash: string): boolean {
  if (lane !== undefined) return isRouted(lane, hash);
  return alone !== undefined && isLedTo(alone, hash);
}
