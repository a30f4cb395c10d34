// A Rollout in one word, and why, as Argo Rollouts' tools show it. Pure.
import type { RolloutStatus } from '@gantry/api/kinds/rollout';
import { abortText } from './decision.ts';
import type { StatusInputs } from './status.ts';

type Phase = NonNullable<RolloutStatus['phase']>;

/** Phase and message. */
export function phaseOf({
  scene,
  decision,
  reasons,
  isAtRest,
}: Pick<StatusInputs, 'scene' | 'decision' | 'reasons' | 'isAtRest'>): {
  phase: Phase;
  message: string;
} {
  const { fleet, rollout } = scene;
  const invalid = reasons.find((reason) => reason.type === 'invalid-spec');
  if (invalid !== undefined) return { phase: 'Degraded', message: `InvalidSpec: ${invalid.problem}` };
  if (decision.abort !== undefined) {
    return { phase: 'Degraded', message: `RolloutAborted: ${abortText(fleet, decision.abort)}` };
  }
  if (!isAtRest && reasons.some(({ type }) => type === 'deadline-exceeded'))
    return { phase: 'Degraded', message: 'ProgressDeadlineExceeded: the new version makes no progress' };
  const pause = decision.pauses[0]?.reason;
  if (pause !== undefined && !decision.promotes) return { phase: 'Paused', message: pause };
  if (rollout.spec.paused === true && !isAtRest) return { phase: 'Paused', message: 'manually paused' };
  if (isAtRest) return { phase: 'Healthy', message: '' };
  return { phase: 'Progressing', message: progressText(scene, decision) };
}

function progressText(
  { fleet, course, lane }: StatusInputs['scene'],
  decision: StatusInputs['decision'],
): string {
  const { current, replicas } = fleet;
  if (current === undefined || current.active < Math.min(current.size, replicas))
    return 'more replicas need to be updated';
  if (current.available < current.size) return 'updated replicas are still becoming available';
  if (!course.isSettled && decision.stepIndex < course.stepCount) return 'waiting for all steps to complete';
  return lane === undefined ? 'old replicas are pending termination' : 'waiting for the traffic to move';
}
