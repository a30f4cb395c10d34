// Decides the one next step of a pod and renders its status. Pure: asked again after every change, until it
// answers `nothing`; steps with different subjects may by then be under way side by side.
import type { PodStatus } from '@gantry/api/kinds/pod';
import { firstDue, type Candidate } from './candidate.ts';
import { factsOf, type PodFacts } from './container-facts.ts';
import { endingSteps } from './ending-steps.ts';
import { finishedSteps } from './finished-steps.ts';
import type { Observed } from './observed.ts';
import { isFinished } from './phase-table.ts';
import { renderStatus } from './pod-status.ts';
import { reasonsOf, type Reason } from './reasons.ts';
import { runningSteps } from './running-steps.ts';
import type { Step } from './step.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface Decision {
  step: Step;
  status: PodStatus;
  /** Look again after this long even if nothing changes. */
  recheckAfterMs?: number;
  reasons: readonly Reason[];
}

export function nextStep(observed: Observed): Decision {
  const facts = factsOf(observed);
  const verdict = verdictOf(observed, facts);
  const due = firstDue(candidatesOf(observed, facts, verdict), observed.memory, observed.nowMs);
  const rendered = renderStatus(observed, facts, verdict);
  const waits = [due.recheckAfterMs, rendered.recheckAfterMs, deadlineWait(observed, verdict)];
  const recheckAfterMs = Math.min(...waits.map((wait) => wait ?? Infinity));
  return {
    step: due.step,
    status: rendered.status,
    ...(due.step.type !== 'nothing' || recheckAfterMs === Infinity ? {} : { recheckAfterMs }),
    reasons: reasonsOf(observed, facts, verdict),
  };
}

function candidatesOf(observed: Observed, facts: PodFacts, verdict: Verdict): Candidate[] {
  if (observed.ending !== undefined) return endingSteps(observed, facts, observed.ending);
  if (isFinished(verdict.phase)) return finishedSteps(observed, facts, verdict);
  return runningSteps(observed, facts);
}

function deadlineWait(observed: Observed, verdict: Verdict): number | undefined {
  if (verdict.deadlineAtMs === undefined || isFinished(verdict.phase)) return undefined;
  return Math.max(0, verdict.deadlineAtMs - observed.nowMs);
}
