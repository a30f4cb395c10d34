// What the control plane remembers of one thing that happened, before it has its place in an answer.
import type { TimelineEntry, TimelineObject } from '@gantry/api/timeline/timeline-entry';
import type { Placed } from '@gantry/api/timeline/causal-order';
import type { AnyObject } from '@gantry/api/meta';

/** An entry without its place, and what it belongs to. */
export interface TimelineRecord extends Placed {
  entry: Omit<TimelineEntry, 'stamp' | 'time' | 'revision' | 'seen'>;
  /** uids of the object's owners. */
  owners: readonly string[];
  /** The node that the object is on. */
  node?: string;
}

/** The machine of whatever is no node. */
export const CONTROL_PLANE = 'control-plane';

/** Names an object. */
export function timelineObjectOf({ apiVersion, kind, metadata }: AnyObject): TimelineObject {
  const { namespace, name = '', uid } = metadata;
  return {
    ...{ apiVersion, kind },
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined ? {} : { uid }),
  };
}

/** uids of all owners. */
export function ownersOf({ metadata }: AnyObject): string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

const CONTROLLER_PREFIX = 'system:controller:';
const NODE_PREFIX = 'system:node:';

/** Who and where, for people: controllers by their names, agents by their nodes, others as they are called. */
export function writerOf(user: string): { who: string; where: string } {
  if (user.startsWith(CONTROLLER_PREFIX)) return { who: user.slice(CONTROLLER_PREFIX.length), where: CONTROL_PLANE };
  if (user.startsWith(NODE_PREFIX)) return { who: 'agent', where: user.slice(NODE_PREFIX.length) };
  return { who: user, where: CONTROL_PLANE };
}

/** Whether a user is somebody whose changes are few and worth keeping: no part of Gantry itself. */
export function isOutsider(user: string): boolean {
  return !user.startsWith(CONTROLLER_PREFIX) && !user.startsWith(NODE_PREFIX) && !user.startsWith('system:gantry');
}
