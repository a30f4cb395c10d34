// A Rollout in one word, and why, as Argo Rollouts' tools show it. Pure.
import type { RolloutStatus } from '@gantry/api/kinds/rollout';
import type { RolloutReason } from './reasons.ts';
import type { StatusInputs } from './status.ts';
import { ownRevision } from './version.ts';

type Phase = NonNullable<RolloutStatus['phase']>;

/** What counts more than the numbers of pods, by the type of its reason. */
const WAITS: Readonly<Partial<Record<RolloutReason['type'], string>>> = {
  'waiting-for-rollouts': 'waiting for Rollouts that come first',
  analysing: 'waiting for analysis to complete',
  'analysis-impossible': 'waiting for an analysis that cannot begin',
};

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
    const message = `RolloutAborted: Rollout aborted update to revision ${ownRevision(fleet)}: ${decision.abort.message}`;
    return { phase: 'Degraded', message };
  }
  if (!isAtRest && reasons.some(({ type }) => type === 'deadline-exceeded'))
    return { phase: 'Degraded', message: 'ProgressDeadlineExceeded: the new version makes no progress' };
  if (rollout.spec.paused === true && !isAtRest) return { phase: 'Paused', message: 'manually paused' };
  const pause = decision.pauses[0]?.reason;
  if (pause !== undefined && !decision.promotes) return { phase: 'Paused', message: pause };
  if (isAtRest) return { phase: 'Healthy', message: '' };
  return { phase: 'Progressing', message: progressText(scene, decision, reasons) };
}

function progressText(
  { fleet, course, lane }: StatusInputs['scene'],
  decision: StatusInputs['decision'],
  reasons: StatusInputs['reasons'],
): string {
  const { current, replicas } = fleet;
  const waits = reasons.map(({ type }) => WAITS[type]).find((text) => text !== undefined);
  if (waits !== undefined) return waits;
  if (current === undefined || current.active < Math.min(current.size, replicas))
    return 'more replicas need to be updated';
  if (current.available < current.size) return 'updated replicas are still becoming available';
  if (!course.isSettled && decision.stepIndex < course.stepCount) return 'waiting for all steps to complete';
  return lane === undefined ? 'old replicas are pending termination' : 'waiting for the traffic to move';
}
