// Small steps that any living or finished pod may need: reading how containers ended, and removing dead ones that
// nobody needs. Pure.
import type { Candidate } from './candidate.ts';
import type { PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';

/** Reads the termination message of each container that has ended, once. */
export function messageSteps(observed: Observed, facts: PodFacts): Candidate[] {
  return [...facts.init, ...facts.app].flatMap(({ current, spec, name, ended, known }): Candidate[] => {
    if (current?.status !== 'exited' || current.error !== undefined || ended === undefined) return [];
    if (observed.memory.messages.has(current.id)) return [];
    const reported = known?.state?.terminated ?? known?.lastState?.terminated;
    if (reported?.containerID?.endsWith(current.id) === true && reported.message !== undefined) return [];
    const fromLogs = spec.terminationMessagePolicy === 'FallbackToLogsOnError' && ended.exitCode !== 0;
    const { id: containerId, attempt } = current;
    return [{ step: { type: 'read-message', containerId, container: name, attempt, fromLogs } }];
  });
}

/** Removes what has been dead for two attempts, and remnants of starts that were cut off. */
export function collectSteps(facts: PodFacts): Candidate[] {
  const dead = [
    ...[...facts.init, ...facts.app].flatMap((one) => one.obsolete),
    ...facts.strangers.filter((container) => container.status !== 'running'),
  ];
  if (dead.length === 0) return [];
  return [{ step: { type: 'remove-containers', containerIds: dead.map((container) => container.id) } }];
}
