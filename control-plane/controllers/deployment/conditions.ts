// The conditions by which users and kubectl learn how an update goes. Pure edits of a list.
import type { DeploymentCondition } from '@gantry/api/kinds/deployment';
import { timeText } from '@gantry/kit/time-text';

/** What a condition says, without its times. */
export type Statement = Pick<DeploymentCondition, 'type' | 'status'> & { reason: string; message: string };

type Conditions = readonly DeploymentCondition[];

/** The condition of a type. */
export function conditionIn(conditions: Conditions, type: string): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** With the statement made. The same status for the same reason again changes nothing, not even the message. */
export function withCondition(conditions: Conditions, statement: Statement, nowMs: number): Conditions {
  const before = conditionIn(conditions, statement.type);
  if (before?.status === statement.status && before.reason === statement.reason) return conditions;
  return refreshed(conditions, statement, nowMs);
}

/** With the statement made anew: its time of update is now, also when nothing else changes. */
export function refreshed(conditions: Conditions, statement: Statement, nowMs: number): Conditions {
  const now = timeText(nowMs);
  const before = conditionIn(conditions, statement.type);
  const lastTransitionTime = before?.status === statement.status ? before.lastTransitionTime : undefined;
  const condition = { ...statement, lastUpdateTime: now, lastTransitionTime: lastTransitionTime ?? now };
  return [...withoutCondition(conditions, statement.type), condition];
}

/** Without the condition of a type. */
export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}
