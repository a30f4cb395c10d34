// The status of one container as Kubernetes reports it. Pure.
import type {
  ContainerState as ContainerStateField,
  ContainerStateTerminated,
  ContainerStatus,
} from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import { containerIdText, terminatedState } from './container-exit.ts';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { shouldRun } from './verdict.ts';
import { defaultReason, waitingReason, type Waiting } from './waiting-reason.ts';

export interface RenderedContainer {
  status: ContainerStatus;
  /** The status may be another one from here on, even if nothing happens. */
  untilMs?: number;
}

/** @param isOver no container of the pod is started any more. */
export function containerStatus(
  observed: Observed,
  facts: PodFacts,
  one: ContainerFacts,
  isOver: boolean,
): RenderedContainer {
  const waiting =
    one.isRunning || isOver || !isWanted(observed, facts, one)
      ? undefined
      : waitingReason(observed, facts, one);
  const state = stateOf(observed, facts, one, waiting);
  const last = lastTerminated(observed, one, state);
  const id = one.current === undefined ? one.known?.containerID : containerIdText(one.current.id);
  const health = healthOf(observed, one, state);
  return {
    status: {
      name: one.name,
      state,
      lastState: last === undefined ? {} : { terminated: last },
      ready: health.ready,
      restartCount: restartCount(one),
      image: one.spec.image,
      imageID: one.current === undefined ? (one.known?.imageID ?? '') : containerIdText(one.current.imageId),
      ...(id === undefined || id === '' ? {} : { containerID: id }),
      started: health.started,
    },
    ...(waiting?.untilMs === undefined ? {} : { untilMs: waiting.untilMs }),
  };
}

/** Never falls: a start that failed leaves no trace but in the last report. */
function restartCount({ current, known, startFailure, nextAttempt }: ContainerFacts): number {
  const counted = startFailure === undefined ? (current?.attempt ?? 0) : nextAttempt - 1;
  return Math.max(counted, known?.restartCount ?? 0);
}

function isWanted(observed: Observed, facts: PodFacts, one: ContainerFacts): boolean {
  return one === facts.nextInit || shouldRun(observed, one);
}

function stateOf(
  observed: Observed,
  facts: PodFacts,
  one: ContainerFacts,
  waiting: Waiting | undefined,
): ContainerStateField {
  const { current } = one;
  if (current?.status === 'running') {
    // Until the hook is done the container does not count as running, as in Kubernetes.
    if (isHookDue(observed, one)) return { waiting: { reason: 'ContainerCreating' } };
    return { running: { startedAt: timeText(current.startedAtMs ?? current.createdAtMs) } };
  }
  if (waiting !== undefined) {
    const { reason, message } = waiting;
    return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
  }
  if (one.ended !== undefined) return { terminated: one.ended };
  return { waiting: one.known?.state?.waiting ?? defaultReason(facts) };
}

function lastTerminated(
  observed: Observed,
  one: ContainerFacts,
  state: ContainerStateField,
): ContainerStateTerminated | undefined {
  if (state.waiting !== undefined && one.ended !== undefined) return one.ended;
  const { previous, known } = one;
  const told = [known?.state?.terminated, known?.lastState?.terminated].filter((one) => one !== undefined);
  if (previous !== undefined) {
    const before = told.find(({ containerID }) => containerID === containerIdText(previous.id));
    const message = observed.memory.messages.get(previous.id) ?? before?.message ?? '';
    return terminatedState(previous, message);
  }
  const newest = one.current === undefined ? one.ended?.containerID : containerIdText(one.current.id);
  return told.find(({ containerID }) => containerID !== newest);
}

function isHookDue(observed: Observed, one: ContainerFacts): boolean {
  return one.current !== undefined && observed.memory.postStart.get(one.current.id) === 'due';
}

/**
 * What the probes say. Where they have not been asked yet (the agent has just restarted), the last report of the
 * same container holds: a restart of the agent makes nobody unready.
 */
function healthOf(
  observed: Observed,
  one: ContainerFacts,
  state: ContainerStateField,
): { started: boolean; ready: boolean } {
  const { current, known, spec } = one;
  if (one.kind === 'init') {
    return { started: state.running !== undefined, ready: state.terminated?.exitCode === 0 };
  }
  if (current === undefined || state.running === undefined) return { started: false, ready: false };
  const probed = observed.probes.get(current.id);
  const told = known?.containerID === containerIdText(current.id) ? known : undefined;
  const started = probed?.started ?? (spec.startupProbe === undefined || told?.started === true);
  const ready = probed?.ready ?? (spec.readinessProbe === undefined || told?.ready === true);
  return { started, ready: started && ready };
}
