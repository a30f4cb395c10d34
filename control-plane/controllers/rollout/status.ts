// A Rollout's status, in the words of Argo Rollouts: counts, the place in the update, weights, phase and conditions. Pure.
import { formatLabelSelector, fromLabelSelectorObject } from '@gantry/api/label-selector';
import type { RolloutStatus } from '@gantry/api/kinds/rollout';
import type { TrafficWeights } from '@gantry/api/kinds/rollout/status';
import type { ActionFailure } from '../../engine/controller.ts';
import { nonZero } from '../count-fields.ts';
import type { RunState } from './analysis/ensure-run.ts';
import { conditionsOf } from './conditions.ts';
import type { Decision } from './decision.ts';
import { sum, type Fleet } from './fleet.ts';
import { phaseOf } from './phase.ts';
import { describeRolloutReason, type RolloutReason } from './reasons.ts';
import type { Scene } from './scene.ts';
import { additionalIn } from './traffic.ts';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { serviceNames } from '@gantry/api/rollout/settings';

export interface StatusInputs {
  scene: Scene;
  decision: Decision;
  reasons: readonly RolloutReason[];
  /** Nothing of an update is left to do. */
  isAtRest: boolean;
  collisionCount: number;
  restartedAt: string | undefined;
  failure: ActionFailure | undefined;
  creating: string | undefined;
}

/** The status as of now. */
export function rolloutStatus(inputs: StatusInputs): RolloutStatus {
  const { scene, decision, reasons } = inputs;
  const { rollout, fleet, course, observed } = scene;
  const stableRS = decision.promotes ? fleet.hash : fleet.stableHash;
  const base: RolloutStatus = {
    observedGeneration: String(observed.stored.metadata.generation ?? 1),
    ...countsOf(fleet, inputs.collisionCount),
    selector: formatLabelSelector(fromLabelSelectorObject(rollout.spec.selector)),
    currentPodHash: fleet.hash,
    currentStepHash: course.stepHash,
    ...(course.stepCount > 0
      ? { currentStepIndex: decision.promotes ? course.stepCount : decision.stepIndex }
      : {}),
    ...(stableRS === '' ? {} : { stableRS }),
    ...placeOf(scene, decision),
    ...(inputs.restartedAt === undefined ? {} : { restartedAt: inputs.restartedAt }),
    ...(observed.workload === undefined
      ? {}
      : { workloadObservedGeneration: String(observed.workload.metadata.generation ?? 1) }),
    ...strategyStatus(scene, decision),
    ...(decision.flagsBefore.length > 0 ? { flagsBefore: decision.flagsBefore } : {}),
  };
  const { phase, message } = phaseOf(inputs);
  const conditions = conditionsOf(inputs, base, phase);
  const sentences = reasons.map(describeRolloutReason);
  return {
    ...base,
    phase,
    ...(message === '' ? {} : { message }),
    ...(sentences.length > 0 ? { reasons: sentences } : {}),
    conditions: [...conditions],
  };
}

function countsOf(fleet: Fleet, collisionCount: number): RolloutStatus {
  const replicas = sum(fleet.all, ({ active }) => active);
  return {
    ...nonZero({
      replicas,
      updatedReplicas: fleet.current?.active ?? 0,
      readyReplicas: sum(fleet.all, ({ ready }) => ready),
      availableReplicas: sum(fleet.all, ({ available }) => available),
      collisionCount,
    }),
    HPAReplicas: replicas,
  };
}

/** Pauses, aborts and attempts; all of it is forgotten with the update that it belongs to. */
function placeOf({ course }: Scene, decision: Decision): RolloutStatus {
  if (decision.promotes || course.isSettled) return {};
  const { abort, pauses, pausedFor, passedOver } = decision;
  return {
    ...(course.attempt > 0 ? { attempt: course.attempt } : {}),
    ...(passedOver.length > 0 ? { passedOverRuns: [...passedOver] } : {}),
    ...(pauses.length > 0 ? { pauseConditions: [...pauses] } : {}),
    ...(pausedFor === undefined ? {} : { controllerPause: true, pausedFor }),
    ...(course.isPromotedFully && abort === undefined ? { promoteFull: true } : {}),
    ...(abort === undefined
      ? {}
      : {
          ...{ abort: true, abortedAt: abort.at, abortMessage: abort.message },
          ...(abort.by === undefined ? {} : { abortedBy: abort.by }),
        }),
  };
}

function strategyStatus(scene: Scene, decision: Decision): RolloutStatus {
  const { rollout, lane, observed } = scene;
  const { runs } = decision;
  if (rollout.spec.strategy.blueGreen !== undefined) {
    const { main, side } = observed.traffic ?? {};
    const selector = (service: typeof main): string => service?.service?.spec.selector?.[HASH_LABEL] ?? '';
    const isSwitched = lane?.weight === 100;
    const active = isSwitched ? selector(side) : selector(main);
    return {
      blueGreen: {
        ...(active === '' ? {} : { activeSelector: active }),
        ...(side === undefined || selector(side) === '' ? {} : { previewSelector: selector(side) }),
        ...(decision.isFullSize && decision.abort === undefined && !decision.promotes
          ? { scaleUpPreviewCheckPoint: true }
          : {}),
        ...runStatus('prePromotionAnalysisRunStatus', runs.PrePromotion),
        ...runStatus('postPromotionAnalysisRunStatus', runs.PostPromotion),
      },
    };
  }
  const canary = {
    // Without a split no proxy has any weight.
    ...(lane?.weight === undefined ? {} : { weights: weightsOf(scene, decision) }),
    ...runStatus('currentStepAnalysisRunStatus', runs.Step),
    ...runStatus('currentBackgroundAnalysisRunStatus', runs.Background),
    ...(decision.currentExperiment === undefined || decision.promotes
      ? {}
      : { currentExperiment: decision.currentExperiment }),
  };
  return Object.keys(canary).length === 0 ? {} : { canary };
}

function weightsOf({ rollout, lane, observed }: Scene, decision: Decision): TrafficWeights {
  const { main = '', side = '' } = serviceNames(rollout.spec) ?? {};
  const weight = lane?.weight ?? 0;
  const shares = observed.traffic === undefined ? [] : additionalIn(observed.traffic);
  const others = shares.reduce((total, share) => total + share.weight, 0);
  return {
    canary: destination(weight, side, lane?.side.hash),
    stable: destination(100 - weight - others, main, lane?.main.hash),
    ...(shares.length === 0
      ? {}
      : {
          additional: shares.map((share) =>
            destination(share.weight, share.service, hashOfService(observed, share.service)),
          ),
        }),
    verified: lane?.isConfirmed === true,
    ...(decision.weight === weight ? {} : { asked: decision.weight }),
  };
}

function hashOfService({ experiments }: Scene['observed'], service: string): string | undefined {
  return experiments.services.get(service)?.service?.spec.selector?.[HASH_LABEL];
}

function destination(
  weight: number,
  serviceName: string,
  hash = '',
): { weight: number; serviceName: string; podTemplateHash?: string } {
  return { weight, serviceName, ...(hash === '' ? {} : { podTemplateHash: hash }) };
}

function runStatus(
  field: string,
  state: RunState | undefined,
): Record<string, { name: string; status?: string; message?: string }> {
  if (state === undefined || state.type === 'impossible') return {};
  if (state.type === 'starting') return { [field]: { name: state.name } };
  const { phase, message } = state.run.status ?? {};
  return {
    [field]: {
      name: state.run.metadata.name ?? '',
      ...(phase === undefined ? {} : { status: phase }),
      ...(message === undefined || message === '' ? {} : { message }),
    },
  };
}
