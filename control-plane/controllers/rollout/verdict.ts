// What an analysis means for the update: go on, wait, pause or abort. Pure.
import { ensureRun, type RunState, type RunType } from './analysis/ensure-run.ts';
import type { RolloutAnalysis } from '@gantry/api/kinds/rollout/analysis-ref';
import { aborted, because, goingOn, paused, wasLetGo, type Decision } from './decision.ts';
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
  state: Extract<RunState, { type: 'ended' }>,
): Judged {
  const name = state.run.metadata.name ?? '';
  if (state.verdict === 'Successful' || decision.passedOver.includes(name)) return { decision, goesOn: true };
  const isOpen = state.verdict === 'Inconclusive';
  const why = `${describeType(type)} ${name} ${isOpen ? 'is inconclusive' : 'failed'}: ${state.message || state.verdict}`;
  if (!isOpen && !shared(scene.rollout.spec).holdsOnFailure)
    return { decision: aborted(decision, why, scene.nowMs), goesOn: false };
  const reason = isOpen ? 'InconclusiveAnalysisRun' : 'FailureHold';
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
