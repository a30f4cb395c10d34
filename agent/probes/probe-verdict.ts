// What a row of answers means. Pure: answers and thresholds in, verdict out; no time, no I/O.
import type { Probe } from '@gantry/api/kinds/pod';
import type { Answer } from './answer.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** How often in a row the same answer came, and the verdict so far. */
export interface ProbeCount {
  last: 'success' | 'failure' | 'none';
  inARow: number;
  verdict: 'success' | 'failure' | 'none';
}

export const NO_ANSWERS: ProbeCount = { last: 'none', inARow: 0, verdict: 'none' };

/** Kubernetes' default. */
const FAILURE_THRESHOLD = 3;

/** Takes one more answer into account. An answer `unknown` changes nothing. */
export function probeVerdict(probe: Probe, count: ProbeCount, answer: Answer['result']): ProbeCount {
  if (answer === 'unknown') return count;
  const inARow = count.last === answer ? count.inARow + 1 : 1;
  const threshold =
    answer === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? FAILURE_THRESHOLD);
  return { last: answer, inARow, verdict: inARow >= threshold ? answer : count.verdict };
}

/** Whether this probe is asked now: liveness and readiness wait until startup has passed, which then ends. */
export function isAsked(kind: ProbeKind, isStarted: boolean): boolean {
  return kind === 'startup' ? !isStarted : isStarted;
}
