// The steps of a pod that has to go: hooks, TERM, grace, KILL, removal, and only then the word to the API. Pure.
import type { ContainerState } from '../runtime/runtime.ts';
import type { Candidate } from './candidate.ts';
import type { PodFacts } from './container-facts.ts';
import { isStarting } from './finished-steps.ts';
import type { Ending, Observed } from './observed.ts';
import { subjectOf, type StopContainer } from './step.ts';
import { stopStep, stopStranger } from './stop-step.ts';
import { messageSteps } from './upkeep-steps.ts';

/** A stop that would end this much later than asked for is not worth another call. */
const SLACK_MS = 500;

export function endingSteps(observed: Observed, facts: PodFacts, ending: Ending): Candidate[] {
  const running = observed.containers.filter((container) => container.status === 'running');
  if (running.length > 0) return running.map((container) => stopOrKill(observed, facts, ending, container));
  if (isStarting(observed) || observed.memory.inFlight.has('volumes')) return [];
  if (!observed.memory.isCleanedUp) {
    const messages = ending.cause === 'deleted' ? messageSteps(observed, facts) : [];
    return messages.length > 0 ? messages : [cleanUp(observed)];
  }
  if (ending.cause === 'deleted' && !observed.memory.isConfirmed)
    return [{ step: { type: 'confirm-deleted' } }];
  return [{ step: { type: 'forget' } }];
}

/** Stops a container within what is left of the grace; hurries a stop that was given more. */
function stopOrKill(
  observed: Observed,
  facts: PodFacts,
  ending: Ending,
  container: ContainerState,
): Candidate {
  const { sinceMs, holdUntilMs = 0 } = ending;
  const endMs = Math.max(sinceMs, holdUntilMs) + ending.graceSeconds * 1000;
  const graceSeconds = Math.max(0, Math.ceil((endMs - Math.max(observed.nowMs, holdUntilMs)) / 1000));
  const own = [...facts.init, ...facts.app].find((one) => one.current?.id === container.id);
  const stop: StopContainer =
    own === undefined
      ? stopStranger(container, 'pod-ending', graceSeconds)
      : stopStep(observed, facts, own, container, 'pod-ending', graceSeconds);
  const underWay = observed.memory.inFlight.get(subjectOf(stop));
  if (underWay?.step.type !== 'stop-container') return { step: stop, notBeforeMs: holdUntilMs };
  const killAtMs = underWay.sinceMs + underWay.step.graceSeconds * 1000;
  if (killAtMs <= endMs + SLACK_MS) return { step: stop };
  const { id: containerId, name } = container;
  return { step: { type: 'kill-container', containerId, container: name }, notBeforeMs: endMs };
}

function cleanUp(observed: Observed): Candidate {
  return {
    step: {
      type: 'clean-up',
      containerIds: observed.containers.map((container) => container.id),
      sandboxIds: observed.sandboxes.map((sandbox) => sandbox.id),
    },
  };
}
