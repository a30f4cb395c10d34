// What a plan must have for a fault to make any difference: other seeds run as without it, and need not be run. Pure.
import type { RunPlan } from '../plan/run-plan.ts';
import type { RolloutDraft, UserAction, Workload } from '../plan/user-action.ts';

/** Whether a run of this plan comes to the place that is wrong. */
export type PlanNeed = (plan: RunPlan) => boolean;

/** Users make a workload of one of these kinds. */
export function withWorkload(...kinds: readonly Workload['kind'][]): PlanNeed {
  return withAction((action) => action.type === 'create' && kinds.includes(action.workload.kind));
}

/** Users do something of this sort. */
export function withAction(fits: (action: UserAction) => boolean): PlanNeed {
  return ({ actions }) => actions.some(fits);
}

/** Users make a Rollout of this sort; of any when none is said. */
export function withRollout(fits: (rollout: RolloutDraft) => boolean = () => true): PlanNeed {
  return withAction((action) => action.type === 'create-rollout' && fits(action.rollout));
}

/** Users make a Service, be it of a Rollout. */
export const withServices: PlanNeed = withAction(
  ({ type }) => type === 'create-service' || type === 'create-rollout',
);
