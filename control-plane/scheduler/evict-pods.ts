// Tells the victims of preemptions to leave: each with its own grace period and the condition that says why, in one
// write. Many share a transaction.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { conflict } from '@gantry/api/status-error';
import { timeText } from '@gantry/kit/time-text';
import type { ChangeAnswer } from '../resources/change-together.ts';
import { changeTogether } from '../resources/change-together.ts';
import type { Change } from '../resources/conditional-write.ts';
import { decideDeletion } from '../resources/deletion.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import type { WriteContext } from '../resources/resources.ts';
import { SCHEDULER_NAME } from './pod-fate.ts';
import type { PodView } from './pod-needs.ts';

/**
 * Marks pods as being deleted, or removes those that need no grace. Does not throw; the answers are in the order of
 * the pods: `done`, or StatusError 404 or 409, it is gone, or another one by now; 504, it is not known; OperationalError
 * `fenced`.
 */
export function evictPods(
  deps: ResourcesDeps,
  victims: readonly PodView[],
  context: Pick<WriteContext, 'fence' | 'signal'> & Partial<Pick<WriteContext, 'user' | 'fieldManager'>>,
): Promise<ChangeAnswer[]> {
  const nowMs = deps.clock.nowMs();
  const now = timeText(nowMs);
  const changes = victims.map(({ namespace, name, uid }) => ({
    key: { namespace, name },
    decide: (current: AnyObject): Change => {
      if (current.metadata.uid !== uid) throw conflict(podKind, name, `pod ${name} is another one by now`);
      if (current.metadata.deletionTimestamp !== undefined) return { type: 'same', object: current };
      const step = decideDeletion(podKind, disrupted(current as Pod, now), {}, nowMs);
      return { type: step.type === 'remove' ? 'remove' : 'put', object: step.object };
    },
  }));
  return changeTogether(deps, podKind, changes, context);
}

/** With the condition by which Jobs tell a preemption from a failure. */
function disrupted(pod: Pod, now: string): Pod {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    reason: 'PreemptionByScheduler',
    message: `${SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: now,
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}
