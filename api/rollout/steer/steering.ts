// What a command does to a Rollout: patches, what it says, and what comes next. Plain data; each command decides in a file of
// its own, without asking anybody. The patches are those of Argo Rollouts' kubectl plugin, so that both mean the same.

/** A merge patch; of the object, or of its status. */
export interface SteeringPatch {
  body: object;
  subresource?: 'status';
}

/** To be done; or nothing is to be done, and why. */
export type Steering =
  | { type: 'change'; patches: readonly SteeringPatch[]; done: string; next: string }
  | { type: 'nothing'; why: string; next?: string };

/** With nothing to do. */
export function nothing(why: string, next?: string): Steering {
  return { type: 'nothing', why, ...(next === undefined ? {} : { next }) };
}

/** A merge patch of the status. */
export function ofStatus(status: object): SteeringPatch {
  return { body: { status }, subresource: 'status' };
}

/** A merge patch of the spec. */
export function ofSpec(spec: object): SteeringPatch {
  return { body: { spec } };
}

/** The command that shows how it goes on. */
export const watchCommand = (name: string): string => `gantry rollout status ${name} --watch`;
