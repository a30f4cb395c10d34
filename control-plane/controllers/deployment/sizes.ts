// How big each ReplicaSet should be next. Pure arithmetic on a fleet; each answer keeps the limits of the update at
// every moment, also when only part of it is carried out.
import { presentPods, sum, type Fleet, type Member } from './fleet.ts';

/** New sizes by ReplicaSet name; who is not named stays as it is. */
export type Sizes = ReadonlyMap<string, number>;

/**
 * The size for the current version: as big as the surge leaves room for, never below what it has, never above
 * what is wanted. Room is what {@link presentPods} leave.
 *
 * @param size what the current ReplicaSet is told to have; 0 when there is none yet.
 */
export function currentSize(fleet: Fleet, size: number): number {
  const { replicas, limits } = fleet;
  if (size >= replicas) return replicas;
  const room = replicas + limits.maxSurge - presentPods(fleet);
  return size + Math.max(0, Math.min(room, replicas - size));
}

/**
 * Sizes of the old versions: pods that serve nobody go first, then as many of the others as may be missing.
 *
 * @param size of the current version; what of it does not serve yet must not be missing too.
 */
export function oldSizes(fleet: Fleet, size: number): Sizes {
  const { replicas, limits, current, old } = fleet;
  const sizes = new Map(old.map((member) => [member.name, member.size]));
  const needed = replicas - limits.maxUnavailable;
  const served = Math.min(size, current?.available ?? 0);
  const removable = served + sum(old, (member) => member.size) - needed;
  shrink(sizes, old, removable, (member, left) => Math.min(left, member.size - member.available));
  const spare = served + sum(old, (member) => member.available) - needed;
  shrink(sizes, old, spare, (_member, left) => left);
  return changed(sizes, old);
}

/** Takes at most `count` pods away, oldest ReplicaSet first. */
function shrink(
  sizes: Map<string, number>,
  members: readonly Member[],
  count: number,
  take: (member: Member, left: number) => number,
): void {
  let left = count;
  for (const member of members) {
    if (left <= 0) return;
    const size = sizes.get(member.name) ?? 0;
    const taken = Math.min(size, left, take(member, left));
    sizes.set(member.name, size - taken);
    left -= taken;
  }
}

/** All old versions down to nothing. */
export function withoutOld(fleet: Fleet): Sizes {
  return changed(new Map(fleet.old.map((member) => [member.name, 0])), fleet.old);
}

function changed(sizes: Sizes, members: readonly Member[]): Sizes {
  return new Map(
    members
      .map((member): [string, number] => [member.name, sizes.get(member.name) ?? member.size])
      .filter(([name, size]) => size !== members.find((member) => member.name === name)?.size),
  );
}
