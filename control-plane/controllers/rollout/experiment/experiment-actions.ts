// Experiments that nobody waits for end; their pods are let go once no proxy leads there; finished ones beyond what is kept go.
// Pure.
import { isEndPhase } from '@gantry/api/analysis/run-phase';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import type { Action } from '../../../engine/controller.ts';
import { beyondKept } from '../analysis/forgotten-runs.ts';
import type { Decision } from '../decision.ts';
import { isDeleting } from '../../pod-condition.ts';
import type { Scene } from '../scene.ts';
import { additionalIn } from '../traffic.ts';
import { currentExperiment } from './experiment-step.ts';
import { isHeld, released } from './hold.ts';
import { servicesOf } from './observe.ts';

/** One action at most on each. */
export function experimentActions(scene: Scene, decision: Decision): Action[] {
  const { own } = scene.observed.experiments;
  const current = currentExperiment(scene, decision);
  const changed = own.flatMap((experiment): Action[] => {
    if (isDeleting(experiment)) return [];
    const isUsed = experiment === current;
    const ended = isUsed ? experiment : terminated(experiment);
    const object = isReleasable(scene, experiment, isUsed) ? released(ended) : ended;
    return object === experiment ? [] : [{ type: 'update', definition: experimentKind, object }];
  });
  const idle = own.filter((one) => one !== current && isOver(one));
  return [...changed, ...beyondKept(scene.rollout.spec, idle).map(forgotten)];
}

function terminated(experiment: Experiment): Experiment {
  if (isEndPhase(experiment.status?.phase) || experiment.spec.terminate === true) return experiment;
  return { ...experiment, spec: { ...experiment.spec, terminate: true } };
}

/** No share is or will be its templates', and the proxies of all live nodes have confirmed that. */
function isReleasable({ observed, lane }: Scene, experiment: Experiment, isUsed: boolean): boolean {
  if (!isHeld(experiment)) return false;
  if (isUsed && !isEndPhase(experiment.status?.phase)) return false;
  const { traffic, formerSplit } = observed;
  if (traffic?.split === undefined) return formerSplit === undefined;
  const names = servicesOf(experiment);
  return lane?.isConfirmed === true && !additionalIn(traffic).some(({ service }) => names.includes(service));
}

/** Ended, let go, and without pods. */
function isOver(experiment: Experiment): boolean {
  const { phase, templateStatuses = [] } = experiment.status ?? {};
  const isIdle = templateStatuses.every(({ replicas = 0 }) => replicas === 0);
  return isEndPhase(phase) && isIdle && !isHeld(experiment) && !isDeleting(experiment);
}

function forgotten({ metadata: { namespace = '', name = '', uid = '' } }: Experiment): Action {
  const ref = { definition: experimentKind, namespace, name, uid };
  return {
    type: 'delete',
    ref,
    propagationPolicy: 'Background',
    reason: 'beyond the limit of finished runs',
  };
}
