// How big each version should be next. Pure arithmetic; each answer keeps the limits of the update at every moment, also
// when only part of it is carried out.
import type { PaceInPods } from '@gantry/api/pace-in-pods';

/** A version as figures. */
export interface SizedMember {
  name: string;
  /** Pods that it is told to have. */
  size: number;
  /** Pods that it has: neither finished nor stopping. */
  active: number;
  /** Pods that serve and remain after it has come down to its size. */
  available: number;
}

/** A version and the size that it is to come to. */
export interface Target {
  member: SizedMember;
  size: number;
}

/** New sizes by name; who is not named stays as it is. */
export type Sizes = ReadonlyMap<string, number>;

/**
 * One step towards the targets: as many new pods as the surge has room for, and as many fewer as may be missing. Pods that
 * serve nobody go first.
 *
 * @param targets in the order in which they give up pods.
 */
export function stepTowards(targets: readonly Target[], replicas: number, limits: PaceInPods): Sizes {
  const sizes = new Map(targets.map(({ member }) => [member.name, member.size]));
  const sum = (figure: (member: SizedMember) => number): number =>
    targets.reduce((total, { member }) => total + figure(member), 0);
  const needed = replicas - limits.maxUnavailable;
  let spare = sum(({ available }) => available) - needed;
  let broken = sum(({ size }) => size) - needed;
  for (const { member, size } of targets) {
    const surplus = Math.max(0, member.size - size);
    const idle = Math.max(0, Math.min(surplus, member.size - member.available, broken));
    const serving = Math.max(0, Math.min(surplus - idle, spare, broken - idle));
    sizes.set(member.name, member.size - idle - serving);
    spare -= serving;
    broken -= idle + serving;
  }
  let room = replicas + limits.maxSurge - sum(({ size, active }) => Math.max(size, active));
  for (const { member, size } of targets) {
    const more = Math.max(0, Math.min(size - member.size, room));
    if (more > 0) sizes.set(member.name, member.size + more);
    room -= more;
  }
  return changed(sizes, targets);
}

/** Straight to the targets. */
export function jumpTo(targets: readonly Target[]): Sizes {
  return changed(new Map(targets.map(({ member, size }) => [member.name, size])), targets);
}

function changed(sizes: Map<string, number>, targets: readonly Target[]): Sizes {
  for (const { member } of targets) if (sizes.get(member.name) === member.size) sizes.delete(member.name);
  return sizes;
}
