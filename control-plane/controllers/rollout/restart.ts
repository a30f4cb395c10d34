// Pods that are older than spec.restartAt are replaced, version by version: the stable one first. Of each no more may be
// missing at a time than its part of maxUnavailable; pods that do not serve cost nothing. Pure.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { limitsOf } from '@gantry/api/rollout/settings';
import { timeMs } from '@gantry/kit/time-text';
import type { Action } from '../../engine/controller.ts';
import { createdAtMs, isActive, isAvailable } from '../pod-condition.ts';
import type { Fleet, Member } from './fleet.ts';
import { podsOf, type Scene } from './scene.ts';
import type { Sizes } from './sizes.ts';

/** Pods that one pass deletes; their going brings about the next. */
const PODS_REPLACED_MAX = 100;
const NONE: ReadonlySet<string> = new Set();

export interface Restart {
  actions: readonly Action[];
  /** Uids of the pods that go now. */
  leaving: ReadonlySet<string>;
  /** Pods that are still to be replaced. */
  remaining: number;
  /** Up to when all have been; undefined when none was ever asked for. */
  restartedAt: string | undefined;
  recheckAfterMs: number | undefined;
}

/** The next pods to replace. @param sizes what the versions come to in the same pass. */
export function restartOf(scene: Scene, sizes: Sizes): Restart {
  const { rollout, fleet, nowMs } = scene;
  const { restartAt } = rollout.spec;
  const atMs = timeMs(restartAt);
  const before = rollout.status?.restartedAt;
  const none = { actions: [], leaving: NONE, remaining: 0, restartedAt: before, recheckAfterMs: undefined };
  if (atMs === undefined || restartAt === before) return none;
  if (atMs > nowMs) return { ...none, recheckAfterMs: atMs - nowMs };
  const chosen: Pod[] = [];
  let remaining = 0;
  let missing = 0;
  for (const member of inOrder(fleet)) {
    const size = sizes.get(member.name) ?? member.size;
    missing += Math.max(0, size - member.available);
    const old = podsOf(scene, member).filter((pod) => isActive(pod) && createdAtMs(pod) < atMs);
    remaining += old.length;
    const next = nextOf(scene, old, missingMax(scene, size) - missing);
    chosen.push(...next.pods);
    missing += next.serving;
  }
  if (remaining === 0) return { ...none, restartedAt: restartAt };
  const now = chosen.slice(0, PODS_REPLACED_MAX);
  const leaving = new Set(now.map(({ metadata }) => metadata.uid ?? ''));
  return { ...none, actions: now.map(replaced), leaving, remaining };
}

/** The version that has the users first: what comes later waits until that is whole again. */
function inOrder({ stable, current, others }: Fleet): readonly Member[] {
  const named = current === stable ? [stable] : [stable, current];
  return [...named.filter((member) => member !== undefined), ...others];
}

/** A version that is smaller than the whole gives up a smaller part, so a canary keeps pods for its share. */
function missingMax({ rollout, fleet }: Scene, size: number): number {
  const { maxUnavailable } = limitsOf(rollout.spec);
  return Math.max(1, Math.floor((maxUnavailable * size) / Math.max(1, fleet.replicas)));
}

/** All that do not serve, and as many that do as there is room for. */
function nextOf(
  { rollout, nowMs }: Scene,
  old: readonly Pod[],
  room: number,
): { pods: Pod[]; serving: number } {
  const { minReadySeconds = 0 } = rollout.spec;
  const serves = (pod: Pod): boolean => isAvailable(pod, minReadySeconds, nowMs);
  const serving = old.filter(serves).slice(0, Math.max(0, room));
  return { pods: [...old.filter((pod) => !serves(pod)), ...serving], serving: serving.length };
}

function replaced({ metadata: { namespace = '', name = '', uid = '' } }: Pod): Action {
  return {
    type: 'delete',
    ref: { definition: podKind, namespace, name, uid },
    reason: 'older than spec.restartAt',
  };
}
