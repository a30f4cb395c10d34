// What the containers of a pod amount to: which have to run again, and whether the pod is finished. Pure.
import { timeMs } from '@gantry/kit/time-text';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { isFinished, nextPhase, type PodEvent, type PodPhase } from './phase-table.ts';

export interface Verdict {
  phase: PodPhase;
  /** The pod is given up for this reason, whatever its containers do. */
  failure?: { reason: string; message: string };
  /** When the pod's active deadline ends. */
  deadlineAtMs?: number;
}

export const DEADLINE_MESSAGE = 'Pod was active on the node longer than the specified deadline';

/** Whether a container that is not running has to be started (again). */
export function shouldRun(observed: Observed, facts: ContainerFacts): boolean {
  if (facts.isRunning) return false;
  if (facts.ended === undefined) return true;
  if (facts.isOutdated) return true;
  return isRestarted(observed.pod.spec.restartPolicy, facts);
}

/** Whether the restart policy starts an ended container again. An init container that ended well is done. */
function isRestarted(policy: string | undefined, facts: ContainerFacts): boolean {
  const isGood = facts.ended?.exitCode === 0;
  switch (policy ?? 'Always') {
    case 'Never':
      return false;
    case 'OnFailure':
      return !isGood;
    default:
      return facts.kind === 'app' || !isGood;
  }
}

/** Phase and reason of the pod. */
export function verdictOf(observed: Observed, facts: PodFacts): Verdict {
  const { pod, status } = observed;
  if (isFinished(status.phase)) {
    const { reason, message } = status;
    const failure = reason === undefined ? {} : { failure: { reason, message: message ?? '' } };
    return { phase: status.phase ?? 'Failed', ...failure };
  }
  const startedAtMs = timeMs(status.startTime);
  const seconds = pod.spec.activeDeadlineSeconds;
  const deadline =
    seconds === undefined || startedAtMs === undefined ? {} : { deadlineAtMs: startedAtMs + seconds * 1000 };
  if (deadline.deadlineAtMs !== undefined && observed.nowMs >= deadline.deadlineAtMs) {
    const failure = { reason: 'DeadlineExceeded', message: DEADLINE_MESSAGE };
    return { phase: nextPhase(status.phase, 'failed'), failure, ...deadline };
  }
  return { phase: nextPhase(status.phase, podEvent(observed, facts)), ...deadline };
}

function podEvent(observed: Observed, facts: PodFacts): PodEvent {
  const isEnding = observed.ending !== undefined;
  const comesBack = (one: ContainerFacts): boolean => !isEnding && shouldRun(observed, one);
  if (facts.app.every((one) => one.ended !== undefined && !comesBack(one))) {
    return facts.app.every((one) => one.ended?.exitCode === 0) ? 'succeeded' : 'failed';
  }
  if (facts.init.some((one) => one.ended !== undefined && one.ended.exitCode !== 0 && !comesBack(one))) {
    return isEnding && facts.app.some((one) => one.isRunning) ? 'running' : 'failed';
  }
  return facts.app.some((one) => one.isRunning || one.ended !== undefined) ? 'running' : 'waiting';
}
