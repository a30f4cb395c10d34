// How a scaling in the middle of an update is shared: every version grows or shrinks in proportion, so that the
// risk taken with the new one stays the same.
import { createdAtMs } from '../pod-condition.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './annotations.ts';
import { presentPods, sum, type Fleet, type Member } from './fleet.ts';
import { withoutOld, type Sizes } from './sizes.ts';

/** Whether the Deployment's size has changed since its ReplicaSets were last sized. */
export function isScaling({ all, replicas }: Fleet): boolean {
  return all.some(({ replicaSet, size }) => {
    const desired = replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
    return size > 0 && desired !== undefined && desired !== String(replicas);
  });
}

/**
 * New sizes after a scaling, for ReplicaSets whose record of sizes has to be renewed as well.
 *
 * @param rolling whether versions may run side by side.
 */
export function scaledSizes(fleet: Fleet, rolling: boolean): Sizes {
  const { replicas, current } = fleet;
  const single = activeOrLatest(fleet);
  if (single !== undefined) return new Map([[single.name, replicas]]);
  if (current !== undefined && isSaturated(current, replicas)) {
    return new Map([...withoutOld(fleet), [current.name, current.size]]);
  }
  return rolling ? sharedSizes(fleet) : new Map();
}

/** The one ReplicaSet with pods; without any, the current or the youngest one. Undefined when several have pods. */
function activeOrLatest({ all, current, old }: Fleet): Member | undefined {
  const active = all.filter((member) => member.size > 0);
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? old.at(-1);
}

function isSaturated(current: Member, replicas: number): boolean {
  const desired = current.replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
  return current.size === replicas && desired === String(replicas) && current.available === replicas;
}

/** What there is to add or take away is shared by size; what rounding leaves goes to the biggest. */
function sharedSizes(fleet: Fleet): Sizes {
  const { replicas, limits } = fleet;
  const active = fleet.all.filter((member) => member.size > 0);
  const allowed = replicas > 0 ? replicas + limits.maxSurge : 0;
  const missing = allowed - sum(active, (member) => member.size);
  const toAdd = missing > 0 ? Math.max(0, Math.min(missing, allowed - presentPods(fleet))) : missing;
  const ordered = active.toSorted(
    (a, b) => b.size - a.size || Math.sign(toAdd) * (createdAtMs(b.replicaSet) - createdAtMs(a.replicaSet)),
  );
  const sizes = new Map<string, number>();
  let left = toAdd;
  for (const member of ordered) {
    const share = bounded(shareOf(member, fleet), left);
    sizes.set(member.name, member.size + share);
    left -= share;
  }
  const biggest = ordered[0];
  if (biggest !== undefined) {
    sizes.set(biggest.name, Math.max(0, (sizes.get(biggest.name) ?? biggest.size) + left));
  }
  return sizes;
}

/** What the member gains, or loses, when the whole goes from its recorded size to the new one. */
function shareOf({ replicaSet, size }: Member, { replicas, limits, all }: Fleet): number {
  if (replicas === 0) return -size;
  const recorded = Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? 0) || 0;
  const before = recorded > 0 ? recorded : sum(all, (member) => member.size);
  return Math.round((size * (replicas + limits.maxSurge)) / before) - size;
}

/** At most what is left, in the direction that is left; nothing against it. */
function bounded(share: number, left: number): number {
  return left > 0 ? Math.min(Math.max(0, share), left) : Math.max(Math.min(0, share), left);
}
