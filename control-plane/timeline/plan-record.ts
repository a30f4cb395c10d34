// A plan of a controller that was acted on becomes a record. Pure.
import type { AnyObject } from '@gantry/api/meta';
import type { HybridTime } from '@gantry/kit/hybrid-time';
import { aimOf } from '../engine/action-result.ts';
import type { Action, Controller, Plan } from '../engine/controller.ts';
import { describeReason } from '../engine/reason-text.ts';
import { CONTROL_PLANE, ownersOf, timelineObjectOf, type TimelineRecord } from './timeline-record.ts';

/** A plan, and what its controller had seen when it was made. */
export interface NotedPlan {
  controller: Pick<Controller, 'name' | 'describe'>;
  primary: AnyObject;
  plan: Pick<Plan, 'reasons'>;
  actions: readonly Action[];
  requestId: string;
  at: HybridTime;
  seen: number;
  /** What did not get through. */
  failure?: string | undefined;
}

/** Actions told one by one; the rest is counted. */
const ACTIONS_TOLD_MAX = 5;
const REASONS_TOLD_MAX = 10;
const SENTENCE_CHARS_MAX = 500;

/** The record; undefined when the plan changed nothing. */
export function planRecord(noted: NotedPlan): TimelineRecord | undefined {
  const { controller, primary, at, seen, requestId, failure } = noted;
  const all = noted.actions.flatMap(actionText);
  if (all.length === 0) return undefined;
  const rest = all.length - ACTIONS_TOLD_MAX;
  const actions = rest > 0 ? [...all.slice(0, ACTIONS_TOLD_MAX), `and ${rest} more`] : all;
  const reasons = noted.plan.reasons
    .slice(0, REASONS_TOLD_MAX)
    .map((reason) => describeReason(controller, reason).slice(0, SENTENCE_CHARS_MAX));
  const because = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  const failed = failure === undefined ? '' : `; failed: ${failure.slice(0, SENTENCE_CHARS_MAX)}`;
  return {
    ...{ at, seen, owners: ownersOf(primary) },
    entry: {
      // Joined, it is one text; put together in a template, it stays a tree of its parts.
      id: ['plan', requestId].join('/'),
      ...{ type: 'plan', severity: failure === undefined ? 'Normal' : 'Warning', where: CONTROL_PLANE },
      who: `${controller.name}-controller`,
      object: timelineObjectOf(primary),
      what: [actions.join(', '), because, failed].join(''),
      ...{ requestId, reasons, actions },
    },
  };
}

function actionText(action: Action): string[] {
  switch (action.type) {
    case 'record-event':
    case 'measure':
      return [];
    case 'write-status':
      return ['write the status'];
    case 'create':
    case 'update':
    case 'delete': {
      const { name, definition } = aimOf(action);
      const why = action.type === 'delete' && action.reason !== '' ? ` (${action.reason})` : '';
      return [`${action.type} ${definition.kind} ${name}${why}`];
    }
  }
}
