// An `experiment` step: made, waited for, and what its end means for the update. Pure.
import { isEndPhase } from '@gantry/api/analysis/run-phase';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { stepsOf } from '@gantry/api/rollout/settings';
import { because, type Decision } from '../decision.ts';
import type { Scene } from '../scene.ts';
import { judgedEnd, type Judged } from '../verdict.ts';
import { experimentName, newExperiment } from './new-experiment.ts';

/** Interprets the step. */
export function experimentStep(
  scene: Scene,
  decision: Decision,
  { experiment: asked }: CanaryStep,
  index: number,
): Judged {
  if (asked === undefined) return { decision, goesOn: true };
  const name = experimentName(scene, index);
  const found = experimentNamed(scene, name);
  if (found !== undefined) return standing(scene, decision, found, name);
  if (scene.observed.experiments.takenNames.has(name))
    return impossible(decision, `the name ${name} is taken by another Experiment`);
  const made = newExperiment(scene, asked, index);
  if ('problems' in made) return impossible(decision, made.problems.join('; '));
  const action = { type: 'create' as const, definition: experimentKind, object: made.experiment };
  const next = { ...decision, currentExperiment: name, actions: [...decision.actions, action] };
  return {
    decision: because(next, { type: 'experimenting', experiment: name, message: '' }),
    goesOn: false,
  };
}

/** The Experiment of the step that is under way, also while the steps are held. */
export function currentExperiment(scene: Scene, { stepIndex, abort }: Decision): Experiment | undefined {
  if (abort !== undefined || scene.course.isSettled) return undefined;
  if (stepsOf(scene.rollout.spec)[stepIndex]?.experiment === undefined) return undefined;
  return experimentNamed(scene, experimentName(scene, stepIndex));
}

function experimentNamed({ observed }: Scene, name: string): Experiment | undefined {
  return observed.experiments.own.find(({ metadata }) => metadata.name === name);
}

function impossible(decision: Decision, problem: string): Judged {
  return { decision: because(decision, { type: 'experiment-impossible', problem }), goesOn: false };
}

function standing(scene: Scene, before: Decision, { status }: Experiment, name: string): Judged {
  const decision = { ...before, currentExperiment: name };
  const { phase, message = '' } = status ?? {};
  if (!isEndPhase(phase))
    return {
      decision: because(decision, { type: 'experimenting', experiment: name, message: phase ?? '' }),
      goesOn: false,
    };
  return judgedEnd(scene, decision, {
    ...{ name, what: 'the experiment', message },
    verdict: phase as 'Successful',
    openReason: 'InconclusiveExperiment',
  });
}
