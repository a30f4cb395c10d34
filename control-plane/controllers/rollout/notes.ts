// What users are told of an update once, as Events, by the names of Argo Rollouts: begun, steps done, paused, given up,
// completed. Drawn from the status before and the one to come, so nothing is told twice. Pure.
import type { RolloutStatus } from '@gantry/api/kinds/rollout';
import { stepText } from '@gantry/api/rollout/asked';
import { stepsOf } from '@gantry/api/rollout/settings';
import type { Action, EventNote } from '../../engine/controller.ts';
import type { Scene } from './scene.ts';
import { ownRevision } from './version.ts';

/** Events of a pass. @param status the one that it writes. */
export function notesOf(scene: Scene, status: RolloutStatus): Action[] {
  const { rollout: regarding } = scene;
  const note = (severity: EventNote['severity'], reason: string, message: string): Action => ({
    ...{ type: 'record-event', regarding, severity },
    ...{ reason, message },
  });
  const before = regarding.status ?? {};
  const revision = ownRevision(scene.fleet);
  const hash = status.currentPodHash ?? '';
  const isUpdated = before.currentPodHash !== hash;
  const isCompleted = status.stableRS === hash && before.stableRS !== hash;
  const isPaused = status.pausedFor !== undefined && status.pausedFor !== before.pausedFor;
  return [
    ...(isUpdated ? [note('Normal', 'RolloutUpdated', `Rollout updated to revision ${revision}`)] : []),
    ...stepsDone(scene, status).map((message) => note('Normal', 'RolloutStepCompleted', message)),
    ...(isPaused
      ? [note('Normal', 'RolloutPaused', `Rollout is paused (${status.pauseConditions?.[0]?.reason ?? ''})`)]
      : []),
    ...(isCompleted
      ? [note('Normal', 'RolloutCompleted', `Rollout completed update to revision ${revision} (${hash})`)]
      : []),
    ...trouble(scene, status).map(([reason, message]) => note('Warning', reason, message)),
  ];
}

/** Not those that somebody, or a full promotion, has passed over. */
function stepsDone({ rollout, course }: Scene, { currentStepIndex: to = 0 }: RolloutStatus): string[] {
  if (course.isNew || course.isSettled || course.isPromotedFully) return [];
  const steps = stepsOf(rollout.spec);
  const done = steps.slice(course.stepIndex, to);
  return done.map(
    (step, at) => `Rollout step ${course.stepIndex + at + 1}/${steps.length} completed (${stepText(step)})`,
  );
}

/**
 * The message of a phase that is no good begins with its reason. A Rollout that has nothing yet is often applied before its
 * Services: its status alone says so.
 */
function trouble({ rollout, fleet }: Scene, { phase, message = '' }: RolloutStatus): [string, string][] {
  if (phase !== 'Degraded' || message === rollout.status?.message || fleet.all.length === 0) return [];
  const [reason = '', ...words] = message.split(': ');
  return [[reason, words.join(': ')]];
}
