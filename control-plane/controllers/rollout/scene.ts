// All that the parts of a Rollout's plan look at. Pure data.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Course } from './course.ts';
import type { Fleet } from './fleet.ts';
import type { Lane } from './lane.ts';
import type { ObservedRollout } from './observe.ts';

export interface Scene {
  observed: ObservedRollout;
  rollout: Rollout;
  fleet: Fleet;
  course: Course;
  /** Undefined where pods, or one Service alone, divide the traffic. */
  lane: Lane | undefined;
  nowMs: number;
}
