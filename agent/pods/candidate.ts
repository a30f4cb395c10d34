// A step that could be done, and from when on. The order of candidates is their priority; which one is due, and
// how long to wait when none is, is decided here once for all.
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import type { PodMemory } from './observed.ts';
import { subjectOf, type Step } from './step.ts';

export interface Candidate {
  step: Step;
  /** Milliseconds since the epoch; absent: at once. */
  notBeforeMs?: number;
}

/** Retries of what failed for reasons that pass by themselves: engine busy, port taken, API away. */
const RETRY: BackoffPolicy = { initialMs: 500, maxMs: 60_000, factor: 2, jitter: 0 };
/** Retries of pulls, as Kubernetes spaces them. */
const PULL_RETRY: BackoffPolicy = { initialMs: 10_000, maxMs: 300_000, factor: 2, jitter: 0 };

/** When a step whose subject has failed may be tried again; undefined when it has not failed. */
export function retryAtMs(memory: PodMemory, subject: string): number | undefined {
  const failure = memory.failures.get(subject);
  if (failure === undefined) return undefined;
  const policy = subject.startsWith('image:') ? PULL_RETRY : RETRY;
  return failure.atMs + backoffMs(policy, failure.count);
}

/** The first candidate that may be done now; else nothing, and when to look again. */
export function firstDue(
  candidates: readonly Candidate[],
  memory: PodMemory,
  nowMs: number,
): { step: Step; recheckAfterMs?: number } {
  let nextMs = Infinity;
  for (const { step, notBeforeMs = 0 } of candidates) {
    const subject = subjectOf(step);
    if (memory.inFlight.has(subject)) continue;
    const dueMs = Math.max(notBeforeMs, retryAtMs(memory, subject) ?? 0);
    if (dueMs <= nowMs) return { step };
    nextMs = Math.min(nextMs, dueMs);
  }
  return { step: { type: 'nothing' }, ...(nextMs === Infinity ? {} : { recheckAfterMs: nextMs - nowMs }) };
}
