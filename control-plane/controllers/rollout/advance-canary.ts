// How far a canary is, and what it asks for next. Pure.
import { askedAt, podsAsked, stepText } from '@gantry/api/rollout/asked';
import { hasPods } from './capacity.ts';
import { because, goingOn, undecided, type Decision } from './decision.ts';
import { withFlagsRestored } from './flag-steps.ts';
import { interpretStep } from './interpret-step.ts';
import type { Scene } from './scene.ts';
import { effectiveWeight, stepsOf } from '@gantry/api/rollout/settings';
import { judged, type Judged } from './verdict.ts';

/** Goes through as many steps as are done. */
export function advanceCanary(scene: Scene, start: Decision = undecided(scene)): Decision {
  if (start.abort !== undefined) return withFlagsRestored(scene, start);
  const { rollout } = scene;
  const { decision: begun, goesOn } = scene.course.isPromotedFully
    ? { decision: passedOver(scene, start), goesOn: true }
    : besideSteps(scene, start);
  let decision = begun;
  if (decision.abort !== undefined) return withFlagsRestored(scene, decision);
  if (rollout.spec.paused === true) decision = because(decision, { type: 'paused' });
  else if (goesOn) decision = walked(scene, decision);
  if (decision.abort !== undefined) return withFlagsRestored(scene, decision);
  return withAsked(scene, decision, rollout.spec.paused !== true && goesOn);
}

function passedOver({ course }: Scene, decision: Decision): Decision {
  return { ...goingOn(decision), stepIndex: course.stepCount };
}

function walked(scene: Scene, start: Decision): Decision {
  const steps = stepsOf(scene.rollout.spec);
  let decision = start;
  while (decision.stepIndex < steps.length) {
    const index = decision.stepIndex;
    const { decision: next, goesOn } = interpretStep(scene, decision, index);
    const step = steps[index];
    if (!goesOn) {
      if (step === undefined) return next;
      return because(next, { type: 'step', index, count: steps.length, step: stepText(step) });
    }
    decision = { ...goingOn(next), stepIndex: index + 1 };
  }
  return decision;
}

/**
 * The background analysis, from its first step on. Nobody waits for it, but a failure counts, also once all steps are done; and where
 * people have to decide about it, it holds all steps.
 */
function besideSteps(scene: Scene, decision: Decision): Judged {
  const { rollout, fleet } = scene;
  const { analysis } = rollout.spec.strategy.canary ?? {};
  const isDue = decision.stepIndex >= (analysis?.startingStep ?? 0);
  const isEmpty = (analysis?.templates ?? []).length === 0;
  if (analysis === undefined || isEmpty || !isDue || fleet.current === undefined)
    return { decision, goesOn: true };
  const background = judged(scene, decision, 'Background', analysis);
  const hasEnded = background.decision.runs.Background?.type === 'ended';
  return { decision: background.decision, goesOn: background.goesOn || !hasEnded };
}

/** The share, the pods and the routes of the place that has been reached. */
function withAsked(scene: Scene, decision: Decision, mayPromote: boolean): Decision {
  const { rollout, fleet, lane, course } = scene;
  const asked = askedAt(stepsOf(rollout.spec), decision.stepIndex);
  const isTakingOver = decision.stepIndex >= course.stepCount;
  const pods = podsAsked(asked.scale, fleet.replicas);
  const weight = isTakingOver ? 100 : effectiveWeight(rollout.spec, asked.weight);
  const isThere =
    lane === undefined || (lane.weight === 100 && lane.side.hash === fleet.hash && lane.isConfirmed);
  return {
    ...decision,
    ...{ weight, isTakingOver, routes: asked.routes, mirrors: asked.mirrors },
    ...(pods === undefined ? {} : { pods }),
    promotes: isTakingOver && mayPromote && isThere && hasPods(fleet, fleet.replicas),
  };
}
