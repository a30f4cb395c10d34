// How what an Experiment has made goes after its end: once its time is over, and nobody is led to its pods any more. Pure.
import { SCALE_DOWN_DELAY_SECONDS } from '@gantry/api/experiment/limits';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { serviceKind } from '@gantry/api/kinds/service';
import type { Experiment } from '@gantry/api/kinds/experiment';
import { controllerOf } from '@gantry/api/owner-references';
import { EXPERIMENT_ROUTED } from '@gantry/api/rollout/marks';
import { timeMs } from '@gantry/kit/time-text';
import { runTime } from '../../analysis/assess.ts';
import type { Action } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import type { ExperimentReason } from './reasons.ts';
import type { Standing } from './standing.ts';

export interface WornDown {
  actions: readonly Action[];
  reasons: readonly ExperimentReason[];
  recheckAfterMs?: number;
}

/** Pods and Services go together. */
export function wornDown(experiment: Experiment, standings: readonly Standing[], nowMs: number): WornDown {
  const actions = standings.flatMap((standing) => goingOf(experiment, standing));
  if (actions.length === 0) return { actions, reasons: [] };
  const rollout = holderOf(experiment);
  if (rollout !== undefined) return { actions: [], reasons: [{ type: 'waiting-for-release', rollout }] };
  const { scaleDownDelaySeconds = SCALE_DOWN_DELAY_SECONDS } = experiment.spec;
  const untilMs = (timeMs(experiment.status?.completedAt) ?? nowMs) + scaleDownDelaySeconds * 1000;
  if (untilMs <= nowMs) return { actions, reasons: [] };
  return {
    actions: [],
    reasons: [{ type: 'keeping-pods', until: runTime(untilMs) }],
    recheckAfterMs: untilMs - nowMs,
  };
}

/** The Rollout that may lead requests to its pods; one that owns it no more holds nothing. */
function holderOf(experiment: Experiment): string | undefined {
  const owner = controllerOf(experiment);
  const isRouted = experiment.metadata.annotations?.[EXPERIMENT_ROUTED] === 'true';
  return isRouted && owner?.kind === rolloutKind.kind ? owner.name : undefined;
}

function goingOf(experiment: Experiment, { replicaSet, service, name }: Standing): Action[] {
  const actions: Action[] = [];
  const before = replicaSet?.spec.replicas ?? 1;
  if (replicaSet !== undefined && !isDeleting(replicaSet) && before > 0)
    actions.push({
      type: 'update',
      definition: replicaSetKind,
      object: { ...replicaSet, spec: { ...replicaSet.spec, replicas: 0 } },
      event: {
        regarding: experiment,
        severity: 'Normal',
        reason: 'ScalingReplicaSet',
        message: `Scaled down ReplicaSet ${name} from ${before} to 0`,
      },
    });
  if (service !== undefined && !isDeleting(service)) {
    const { namespace = '', name: of = '', uid = '' } = service.metadata;
    const ref = { definition: serviceKind, namespace, name: of, uid };
    actions.push({ type: 'delete', ref, reason: 'the Experiment has ended' });
  }
  return actions;
}
