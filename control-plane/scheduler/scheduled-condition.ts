// The PodScheduled condition: whether the pod has a node, and if not why.
import type { PodStatus } from '@gantry/api/kinds/pod';

/** What the condition says. */
export interface ScheduledVerdict {
  status: 'True' | 'False';
  reason?: string;
  message?: string;
}

/** The status with the condition set; the same object when it says so already. */
export function withScheduledCondition(
  status: PodStatus | undefined,
  verdict: ScheduledVerdict,
  now: string,
): PodStatus {
  const conditions = status?.conditions ?? [];
  const present = conditions.find(({ type }) => type === 'PodScheduled');
  const same =
    present?.status === verdict.status &&
    present.reason === verdict.reason &&
    present.message === verdict.message;
  if (status !== undefined && same) return status;
  const lastTransitionTime = present?.status === verdict.status ? (present.lastTransitionTime ?? now) : now;
  const condition = { type: 'PodScheduled', ...verdict, lastTransitionTime };
  const others = conditions.filter(({ type }) => type !== 'PodScheduled');
  return { ...status, conditions: [...others, condition] };
}
