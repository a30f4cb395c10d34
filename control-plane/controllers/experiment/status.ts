// An Experiment's status, in the words of Argo Rollouts. Pure.
import type { Experiment, ExperimentStatus } from '@gantry/api/kinds/experiment';
import type { ExperimentRunStatus, TemplatePhase, TemplateStatus } from '@gantry/api/kinds/experiment/status';
import { timeText } from '@gantry/kit/time-text';
import { runTime } from '../../analysis/assess.ts';
import { nonZero } from '../count-fields.ts';
import { withCondition } from '../status-condition.ts';
import type { Outcome } from './outcome.ts';
import { describeExperimentReason, type ExperimentReason } from './reasons.ts';
import type { AnalysisState } from './runs.ts';
import type { Standing } from './standing.ts';

export interface StatusInputs {
  experiment: Experiment;
  standings: readonly Standing[];
  states: readonly AnalysisState[];
  availableAtMs: number | undefined;
  /** The end that it has come to. */
  outcome: Outcome | undefined;
  reasons: readonly ExperimentReason[];
  nowMs: number;
}

/** The status as of now. */
export function experimentStatus(inputs: StatusInputs): ExperimentStatus {
  const { experiment, standings, states, availableAtMs, outcome, reasons, nowMs } = inputs;
  const before = experiment.status ?? {};
  const phase = outcome?.phase ?? (availableAtMs === undefined ? 'Pending' : 'Running');
  const runs = states.flatMap(runStatus);
  const message = outcome?.message ?? '';
  return {
    observedGeneration: String(experiment.metadata.generation ?? 1),
    phase,
    ...(message === '' ? {} : { message }),
    ...(reasons.length === 0 ? {} : { reasons: reasons.map(describeExperimentReason) }),
    ...(availableAtMs === undefined ? {} : { availableAt: runTime(availableAtMs) }),
    ...(outcome === undefined ? {} : { completedAt: before.completedAt ?? runTime(nowMs) }),
    templateStatuses: standings.map((standing) => templateStatus(standing, outcome, nowMs)),
    ...(runs.length === 0 ? {} : { analysisRuns: runs }),
    conditions: conditionsOf(before, phase, message, nowMs),
  };
}

function templateStatus(standing: Standing, outcome: Outcome | undefined, nowMs: number): TemplateStatus {
  const { template, figures, before, hash, serviceName, replicaSet } = standing;
  const failure = replicaSet?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const status = phaseOf(standing, outcome);
  const message =
    outcome?.failedTemplate === template.name || before?.status === 'Failed'
      ? (outcome?.message ?? before?.message)
      : failure?.message;
  return {
    name: template.name,
    status,
    ...(message === undefined ? {} : { message }),
    ...nonZero({
      replicas: figures.active,
      updatedReplicas: figures.active,
      readyReplicas: figures.ready,
      availableReplicas: figures.available,
    }),
    podTemplateHash: hash,
    ...(serviceName === undefined ? {} : { serviceName }),
    lastTransitionTime:
      before?.status === status ? (before.lastTransitionTime ?? runTime(nowMs)) : runTime(nowMs),
  };
}

function phaseOf({ template, isAvailable, before }: Standing, outcome: Outcome | undefined): TemplatePhase {
  if (outcome === undefined) return isAvailable ? 'Running' : 'Progressing';
  const isFailed = outcome.failedTemplate === template.name || before?.status === 'Failed';
  return isFailed ? 'Failed' : 'Successful';
}

function runStatus(state: AnalysisState): ExperimentRunStatus[] {
  const { analysis, name, type } = state;
  const common = { name: analysis.name, analysisRun: name };
  switch (type) {
    case 'starting':
      return [{ ...common, phase: 'Pending' }];
    case 'running':
      return [
        {
          ...common,
          phase: state.run.status?.phase ?? 'Pending',
          ...(state.message === '' ? {} : { message: state.message }),
        },
      ];
    case 'ended':
      return [
        { ...common, phase: state.verdict, ...(state.message === '' ? {} : { message: state.message }) },
      ];
    default:
      return [];
  }
}

function conditionsOf(
  { conditions = [] }: ExperimentStatus,
  phase: string,
  message: string,
  nowMs: number,
): NonNullable<ExperimentStatus['conditions']> {
  const isOver = phase !== 'Pending' && phase !== 'Running';
  const now = timeText(nowMs);
  const said = (type: string, is: boolean, reason: string) => ({
    ...{ type, status: is ? ('True' as const) : ('False' as const), reason },
    message: message === '' ? `Experiment is ${phase}` : message,
  });
  const progressing = withCondition(
    conditions,
    said('Progressing', !isOver || phase === 'Successful', `Experiment${phase}`),
    now,
  );
  return withCondition(progressing, said('Completed', isOver, `Experiment${phase}`), now);
}
