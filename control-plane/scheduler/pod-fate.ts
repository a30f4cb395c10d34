// What a pod means to the scheduler, read off the object.
import { isGated, type Pod } from '@gantry/api/kinds/pod';

/** The only scheduler there is; pods of others are left alone. */
export const SCHEDULER_NAME = 'default-scheduler';

/** `pending` wants a node, `gated` will want one later, `placed` takes room on one, `over` neither. */
export type PodFate = 'pending' | 'gated' | 'placed' | 'over' | 'foreign';

export function fateOf(pod: Pod): PodFate {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') return 'over';
  if ((pod.spec.nodeName ?? '') !== '') return 'placed';
  if (pod.metadata.deletionTimestamp !== undefined) return 'over';
  if ((pod.spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME) return 'foreign';
  return isGated(pod) ? 'gated' : 'pending';
}
