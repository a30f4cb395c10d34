// The steps of a pod that has succeeded or failed but is still wanted: nothing runs on, its network goes, its dead
// containers stay for their logs. Pure.
import type { Candidate } from './candidate.ts';
import type { PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { podGraceSeconds, stopStep, stopStranger } from './stop-step.ts';
import { collectSteps, messageSteps } from './upkeep-steps.ts';
import type { Verdict } from './verdict.ts';

export function finishedSteps(observed: Observed, facts: PodFacts, verdict: Verdict): Candidate[] {
  const cause = verdict.failure === undefined ? 'superfluous' : 'deadline-exceeded';
  const graceSeconds = podGraceSeconds(observed.pod);
  const stops = [...facts.init, ...facts.app].flatMap((one): Candidate[] =>
    one.current?.status === 'running'
      ? [{ step: stopStep(observed, facts, one, one.current, cause, graceSeconds) }]
      : [],
  );
  const strangers = facts.strangers
    .filter((container) => container.status === 'running')
    .map((container): Candidate => ({ step: stopStranger(container, 'superfluous', graceSeconds) }));
  const upkeep = [...messageSteps(observed, facts), ...collectSteps(facts)];
  const isQuiet = stops.length + strangers.length === 0 && !isStarting(observed);
  const sandboxes = isQuiet ? observed.sandboxes : [];
  return [
    ...stops,
    ...strangers,
    ...upkeep,
    ...sandboxes.map(({ id }): Candidate => ({ step: { type: 'remove-sandbox', sandboxId: id } })),
  ];
}

/** Whether something is under way that will leave a running container or sandbox behind. */
export function isStarting(observed: Observed): boolean {
  return [...observed.memory.inFlight.values()].some(
    ({ step }) => step.type === 'start-container' || step.type === 'create-sandbox',
  );
}
