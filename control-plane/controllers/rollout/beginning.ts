// What stands before the steps of an update are looked at: aborts by people, by the kill switch, by other Rollouts of the
// plan or by the deadline, and Rollouts that come first. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { timeText } from '@gantry/kit/time-text';
import { podWait } from '../../explanations/pod-wait.ts';
import { isActive } from '../pod-condition.ts';
import { holds } from '../status-condition.ts';
import { aborted, undecided, type Decision } from './decision.ts';
import { withKillSwitch } from './flag-steps.ts';
import { podsOf, type Scene } from './scene.ts';

/** The decision that the strategy goes on from. */
export function beginning(scene: Scene): Decision {
  const { course, nowMs } = scene;
  const start = undecided(scene);
  if (course.isSettled) return start;
  if (course.isAborted) {
    const { abortMessage = 'by a user', abortedBy, abortedAt } = course;
    const abort = { message: abortMessage, at: abortedAt ?? timeText(nowMs) };
    return { ...start, abort: abortedBy === undefined ? abort : { ...abort, by: abortedBy } };
  }
  const decision = withKillSwitch(scene, start);
  if (decision.abort !== undefined) return decision;
  const other = abortedMember(scene.observed.members);
  if (other !== undefined)
    return aborted(decision, `Rollout ${other} of the same plan was aborted`, nowMs, other);
  if (isOverdue(scene.rollout) && !course.isNew) return aborted(decision, lateText(scene), nowMs);
  return decision;
}

/** A Rollout of the plan that was aborted for itself. */
export function abortedMember(members: readonly Rollout[]): string | undefined {
  return members.find(({ status }) => status?.abort === true && status.abortedBy === undefined)?.metadata
    .name;
}

/** The pods go with the abort: what kept them is told here, or nobody finds out. */
function lateText(scene: Scene): string {
  const { rollout, fleet } = scene;
  const pods = fleet.current === undefined ? [] : podsOf(scene, fleet.current);
  const wait = pods
    .filter(isActive)
    .map(podWait)
    .find((found) => found !== undefined);
  const { progressDeadlineSeconds = 600 } = rollout.spec;
  const late = `no progress for ${progressDeadlineSeconds} s (progressDeadlineSeconds)`;
  return wait === undefined ? late : `${late}: ${wait.sentence}`;
}

function isOverdue({ spec, status }: Rollout): boolean {
  if (spec.progressDeadlineAbort !== true) return false;
  return (
    status?.conditions?.some(
      ({ type, status: is, reason }) =>
        type === 'Progressing' && is === 'False' && reason === 'ProgressDeadlineExceeded',
    ) === true
  );
}

/** Rollouts that come first and are not done. */
export function unfinishedDependencies({ rollout, observed }: Pick<Scene, 'rollout' | 'observed'>): string[] {
  return (rollout.spec.dependsOn ?? [])
    .map(({ name }) => name)
    .filter((name) => {
      const other = observed.members.find(({ metadata }) => metadata.name === name);
      const { phase, observedGeneration, conditions } = other?.status ?? {};
      const isSeen = observedGeneration === String(other?.metadata.generation ?? 1);
      return !(isSeen && phase === 'Healthy' && holds(conditions, 'Completed'));
    });
}
