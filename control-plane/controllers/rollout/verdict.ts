// What an analysis means for the update: go on, wait, pause or abort. Pure.
import { ensureRun, type RunState, type RunType } from './analysis/ensure-run.ts';
import type { RolloutAnalysis } from '@gantry/api/kinds/rollout/analysis-ref';
import { aborted, because, goingOn, paused, wasLetGo, type Decision, type PauseReason } from './decision.ts';
import type { Scene } from './scene.ts';
import { shared } from '@gantry/api/rollout/settings';

/** A decision, and whether the update may go on. */
export interface Judged {
  decision: Decision;
  goesOn: boolean;
}

/** Judges one analysis; begins it where there is no run. */
export function judged(
  scene: Scene,
  before: Decision,
  type: RunType,
  asked: RolloutAnalysis,
  stepIndex?: number,
): Judged {
  const { observed, rollout, fleet, course } = scene;
  const state = ensureRun(
    { rollout, fleet, analysis: observed.analysis, attempt: course.attempt },
    type,
    asked,
    stepIndex,
  );
  const decision = { ...before, runs: { ...before.runs, [type]: state } };
  switch (state.type) {
    case 'impossible':
      return {
        decision: because(
          decision,
          ...state.problems.map((problem) => ({ type: 'analysis-impossible' as const, problem })),
        ),
        goesOn: false,
      };
    case 'starting':
      return {
        decision: because(
          { ...decision, actions: [...decision.actions, state.action] },
          { type: 'analysing', run: state.name, message: '' },
        ),
        goesOn: false,
      };
    case 'running': {
      const { name = '' } = state.run.metadata;
      return {
        decision: because(decision, { type: 'analysing', run: name, message: state.message }),
        goesOn: false,
      };
    }
    case 'ended':
      return ended(scene, decision, type, state);
  }
}

function ended(
  scene: Scene,
  decision: Decision,
  type: RunType,
  { run, verdict, message }: Extract<RunState, { type: 'ended' }>,
): Judged {
  const name = run.metadata.name ?? '';
  const what = describeType(type);
  return judgedEnd(scene, decision, { name, what, verdict, message, openReason: 'InconclusiveAnalysisRun' });
}

/** What an update has waited for, and how it ended. */
export interface End {
  name: string;
  /** In words: `the analysis of the step`. */
  what: string;
  verdict: Extract<RunState, { type: 'ended' }>['verdict'];
  message: string;
  /** Why it pauses where the verdict is open. */
  openReason: PauseReason;
}

/** Goes on, aborts, or waits for people. */
export function judgedEnd(
  scene: Scene,
  decision: Decision,
  { name, what, verdict, message, openReason }: End,
): Judged {
  if (verdict === 'Successful' || decision.passedOver.includes(name)) return { decision, goesOn: true };
  const isOpen = verdict === 'Inconclusive';
  const why = `${what} ${name} ${isOpen ? 'is inconclusive' : 'failed'}: ${message || verdict}`;
  if (!isOpen && !shared(scene.rollout.spec).holdsOnFailure)
    return { decision: aborted(decision, why, scene.nowMs), goesOn: false };
  const reason = isOpen ? openReason : 'FailureHold';
  const key = `${reason}/${name}`;
  if (wasLetGo(scene, key))
    return { decision: { ...goingOn(decision), passedOver: [...decision.passedOver, name] }, goesOn: true };
  return {
    decision: because(paused(decision, reason, key, scene.nowMs), { type: 'waiting-for-promotion', why }),
    goesOn: false,
  };
}

function describeType(type: RunType): string {
  return {
    Step: 'the analysis of the step',
    Background: 'the background analysis',
    PrePromotion: 'the analysis before the switch',
    PostPromotion: 'the analysis after the switch',
  }[type];
}
