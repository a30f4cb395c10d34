// Pods that are older than spec.restartAt are replaced, no more at a time than may be missing. Pure.
import { podKind } from '@gantry/api/kinds/pod';
import type { Action } from '../../engine/controller.ts';
import { createdAtMs, isActive, isAvailable, timeMs } from '../pod-condition.ts';
import type { Scene } from './scene.ts';
import { limitsOf } from '@gantry/api/rollout/settings';

export interface Restart {
  actions: readonly Action[];
  /** Pods that are still to be replaced. */
  remaining: number;
  /** Up to when all have been; undefined when none was ever asked for. */
  restartedAt: string | undefined;
  recheckAfterMs: number | undefined;
}

/** The next pods to replace. */
export function restartOf({ rollout, fleet, observed, nowMs }: Scene): Restart {
  const { restartAt, minReadySeconds = 0 } = rollout.spec;
  const atMs = timeMs(restartAt);
  const before = rollout.status?.restartedAt;
  const none = { actions: [], remaining: 0, restartedAt: before, recheckAfterMs: undefined };
  if (atMs === undefined || restartAt === before) return none;
  if (atMs > nowMs) return { ...none, recheckAfterMs: atMs - nowMs };
  const pods = fleet.all.flatMap(
    ({ replicaSet }) => observed.podsOf.get(replicaSet.metadata.uid ?? '') ?? [],
  );
  const active = pods.filter(isActive);
  const old = active.filter((pod) => createdAtMs(pod) < atMs);
  if (old.length === 0) return { ...none, restartedAt: restartAt };
  const available = active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length;
  const missing = Math.max(0, fleet.replicas - available);
  const count = Math.max(0, Math.max(1, limitsOf(rollout.spec).maxUnavailable) - missing);
  const actions = old
    .slice(0, count)
    .map(({ metadata: { namespace = '', name = '', uid = '' } }): Action => ({
      type: 'delete',
      ref: { definition: podKind, namespace, name, uid },
      reason: 'older than spec.restartAt',
    }));
  return { ...none, actions, remaining: old.length };
}
