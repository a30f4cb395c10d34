// The size that each version is to come to now. Pure.
import { countedPods, newPods, stablePods } from '@gantry/api/rollout/pods';
import { timeMs } from '@gantry/kit/time-text';
import type { Decision } from './decision.ts';
import type { Member } from './fleet.ts';
import { mayKnowAny } from './lane.ts';
import { SCALE_DOWN_DEADLINE } from '@gantry/api/rollout/marks';
import { isReached, type Scene } from './scene.ts';
import { isMovedByServices, limitsOf, shared } from '@gantry/api/rollout/settings';
import { jumpTo, stepTowards, type SizedMember, type Sizes, type Target } from './sizes.ts';

/** New sizes. @param current the version of the template; one without pods where it is still to be made. */
export function sizesFor(scene: Scene, decision: Decision, current: SizedMember | undefined): Sizes {
  const ordered = orderedTargets(scene, decision, current);
  // Who asks for no pods gets none, whatever traffic there may be.
  const targets = scene.fleet.replicas === 0 ? ordered.map(({ member }) => ({ member, size: 0 })) : ordered;
  if (isMovedByServices(scene.rollout.spec)) return jumpTo(targets);
  return stepTowards(targets, scene.fleet.replicas, limitsOf(scene.rollout.spec));
}

function orderedTargets(scene: Scene, decision: Decision, current: SizedMember | undefined): Target[] {
  const { fleet } = scene;
  const kept = keptRevisions(scene);
  const others = fleet.others.map((member) => ({ member, size: otherSize(scene, member, kept) }));
  const stable = fleet.stable;
  const first = current === undefined ? [] : [{ member: current, size: currentSize(scene, decision) }];
  if (stable === undefined || stable === fleet.current) return [...others, ...first];
  const second = [{ member: stable, size: stableSize(scene, decision) }];
  return decision.abort === undefined ? [...others, ...second, ...first] : [...others, ...first, ...second];
}

function currentSize(scene: Scene, decision: Decision): number {
  const { rollout, fleet, course, lane } = scene;
  if (course.isSettled) return fleet.replicas;
  if (decision.abort !== undefined) return abortedSize(scene);
  const { blueGreen } = rollout.spec.strategy;
  if (blueGreen !== undefined) {
    const asked = decision.isFullSize ? fleet.replicas : (blueGreen.previewReplicaCount ?? fleet.replicas);
    // One that was switched to before, as long as somebody may be led there.
    return isReached(scene, fleet.hash) ? Math.max(asked, fleet.current?.size ?? 0) : asked;
  }
  if (lane === undefined) return countedPods(rollout.spec, decision.weight).canary;
  const asked = newPods(rollout.spec, decision, decision.weight);
  const size = fleet.current?.size ?? 0;
  // One that is gone back to may be all that some proxy knows; a first one is nobody's yet.
  if (lane.main.hash !== '' && mayKnowAny(lane)) return Math.max(asked, size);
  if (lane.side.hash !== fleet.hash) return asked;
  if (!lane.isConfirmed) return Math.max(asked, size);
  // Whatever scale the steps ask for: not to nothing while requests come.
  const least = isReached(scene, fleet.hash) ? Math.min(1, size) : 0;
  return Math.max(asked, least, newPods(rollout.spec, decision, lane.weight ?? 0));
}

/** It keeps its pods as long as somebody may be led there, and for a while after that. */
function abortedSize(scene: Scene): number {
  const { fleet, rollout, nowMs } = scene;
  if (!isMovedByServices(rollout.spec) || fleet.current === undefined) return 0;
  const { size, replicaSet } = fleet.current;
  if (isReached(scene, fleet.hash)) return size;
  if (shared(rollout.spec).abortScaleDownDelayMs === undefined) return size;
  const deadlineMs = timeMs(replicaSet.metadata.annotations?.[SCALE_DOWN_DEADLINE]);
  return deadlineMs === undefined || deadlineMs > nowMs ? size : 0;
}

function stableSize(scene: Scene, decision: Decision): number {
  const { fleet, lane, rollout } = scene;
  if (rollout.spec.strategy.blueGreen !== undefined) return fleet.replicas;
  if (lane === undefined) return countedPods(rollout.spec, decision.weight).stable;
  const asked = stablePods(rollout.spec, decision.weight);
  if (!lane.isConfirmed) return Math.max(asked, fleet.stable?.size ?? 0);
  const present = lane.side.hash === fleet.hash ? (lane.weight ?? 0) : 0;
  return Math.max(asked, Math.min(fleet.replicas, stablePods(rollout.spec, present)));
}

function otherSize(scene: Scene, member: Member, kept: ReadonlySet<Member>): number {
  if (isReached(scene, member.hash)) return member.size;
  const deadlineMs = timeMs(member.replicaSet.metadata.annotations?.[SCALE_DOWN_DEADLINE]);
  return kept.has(member) && deadlineMs !== undefined && deadlineMs > scene.nowMs ? member.size : 0;
}

/** The latest of the old versions that may keep their pods for a while. */
function keptRevisions({ rollout, fleet }: Scene): ReadonlySet<Member> {
  const { revisionsMax } = shared(rollout.spec);
  const waiting = fleet.others.filter(({ size }) => size > 0).toSorted((a, b) => b.revision - a.revision);
  return new Set(waiting.slice(0, revisionsMax));
}
