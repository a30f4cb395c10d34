// The steps of a canary with where each stands: done, present or ahead. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { stepText } from '@gantry/api/rollout/asked';
import { stepsOf } from '@gantry/api/rollout/settings';
import { standingOf } from '@gantry/api/rollout/standing';

/** One step. */
export interface StepState {
  text: string;
  state: 'done' | 'present' | 'ahead' | 'void';
}

/** All steps in order. Of an aborted update none holds. */
export function stepStates(rollout: Rollout): StepState[] {
  const { isUpdating, isAborted } = standingOf(rollout);
  const index = rollout.status?.currentStepIndex ?? 0;
  return stepsOf(rollout.spec).map((step, at) => ({
    text: stepText(step),
    state: isAborted ? 'void' : !isUpdating || at < index ? 'done' : at === index ? 'present' : 'ahead',
  }));
}
