// Decides what an Experiment makes, when it counts, when it ends and when its pods go. Pure: the same observation always
// yields the same plan, and all that it rests on is in the objects.
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { PROGRESS_DEADLINE_SECONDS } from '@gantry/api/experiment/limits';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { pauseMs } from '@gantry/api/kinds/rollout/pause-duration';
import { serviceKind } from '@gantry/api/kinds/service';
import type { Experiment } from '@gantry/api/kinds/experiment';
import { timeMs } from '@gantry/kit/time-text';
import { runTime } from '../../analysis/assess.ts';
import type { Action, EventNote, Plan, PlanInputs } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import { terminated } from '../rollout/analysis/ensure-run.ts';
import type { ObservedExperiment } from './observe.ts';
import { outcomeOf, patienceMs, type Outcome } from './outcome.ts';
import type { ExperimentReason } from './reasons.ts';
import { analysisStates, type AnalysisState, type EndPhase, type Span } from './runs.ts';
import { deadlineMs, standingsOf, type Standing } from './standing.ts';
import { experimentStatus } from './status.ts';
import { templateReplicaSet, templateService } from './template-objects.ts';
import { wornDown } from './wear-down.ts';

/** The plan of one Experiment. */
export function planExperiment(observed: ObservedExperiment, inputs: PlanInputs): Plan {
  const { experiment } = observed;
  if (isDeleting(experiment)) return { actions: [], reasons: [{ type: 'being-deleted' }] };
  const standings = standingsOf(observed, inputs.nowMs);
  const refused: ExperimentReason[] =
    inputs.failure === undefined ? [] : [{ type: 'changes-refused', message: inputs.failure.message }];
  return isEndPhase(experiment.status?.phase)
    ? planEnd(observed, standings, refused, inputs.nowMs)
    : planOpen(observed, standings, refused, inputs.nowMs);
}

function planOpen(
  observed: ObservedExperiment,
  standings: readonly Standing[],
  refused: readonly ExperimentReason[],
  nowMs: number,
): Plan {
  const { experiment } = observed;
  const span = spanOf(experiment, standings, nowMs);
  const states = analysisStates(observed, standings, span);
  const outcome = outcomeOf(experiment, standings, states, span, nowMs);
  if (outcome !== undefined) return planEnding(observed, standings, states, span, outcome, nowMs);
  const made = standings.map((standing) => making(observed, standing));
  const reasons = [
    ...refused,
    ...made.flatMap(({ reasons: own }) => own),
    ...runningReasons(experiment, states, span),
  ];
  const status = experimentStatus({
    ...{ experiment, standings, states, outcome, reasons, nowMs },
    availableAtMs: span.availableAtMs,
  });
  const isNew = span.availableAtMs !== undefined && experiment.status?.availableAt === undefined;
  const recheck = recheckOf(experiment, standings, states, span, nowMs);
  return {
    actions: [
      ...made.flatMap(({ actions }) => actions),
      ...states.flatMap((state) => (state.type === 'starting' ? [state.action] : [])),
      ...(isNew ? [told(experiment, 'Normal', 'ExperimentRunning', 'All templates are available')] : []),
    ],
    status,
    ...(recheck === undefined ? {} : { recheckAfterMs: recheck }),
    reasons,
  };
}

/** From when and until when it counts. */
function spanOf({ spec, status }: Experiment, standings: readonly Standing[], nowMs: number): Span {
  const known = timeMs(status?.availableAt);
  const availableAtMs = known ?? (standings.every(({ isAvailable }) => isAvailable) ? nowMs : undefined);
  const durationMs = spec.duration === undefined ? undefined : pauseMs(spec.duration);
  const finishedAtMs =
    availableAtMs === undefined || durationMs === undefined ? undefined : availableAtMs + durationMs;
  return { availableAtMs, finishedAtMs };
}

/** What a template lacks. */
function making(
  { experiment, takenNames }: ObservedExperiment,
  standing: Standing,
): { actions: readonly Action[]; reasons: readonly ExperimentReason[] } {
  const { template, name, replicaSet, serviceName, service, path, figures, isAvailable } = standing;
  const { replicas = 1 } = template;
  const actions: Action[] = [];
  const reasons: ExperimentReason[] = [];
  const taken = (kind: string, given: string, at: string): boolean => {
    if (!takenNames.has(`${kind} ${given}`)) return false;
    reasons.push({ type: 'name-taken', path: at, kind, name: given });
    return true;
  };
  if (replicaSet === undefined && !taken(replicaSetKind.kind, name, `${path}.name`)) {
    const object = templateReplicaSet(experiment, template);
    const event = scalingEvent(experiment, name, 0, replicas);
    actions.push({ type: 'create', definition: replicaSetKind, object, event });
    reasons.push({ type: 'creating', template: template.name, name, size: replicas });
  } else if (replicaSet !== undefined && !isDeleting(replicaSet) && replicaSet.spec.replicas !== replicas) {
    const object = { ...replicaSet, spec: { ...replicaSet.spec, replicas } };
    const event = scalingEvent(experiment, name, replicaSet.spec.replicas ?? 1, replicas);
    actions.push({ type: 'update', definition: replicaSetKind, object, event });
  }
  if (serviceName !== undefined && service === undefined)
    if (!taken(serviceKind.kind, serviceName, `${path}.service.name`)) {
      const object = templateService(experiment, template, serviceName);
      actions.push({ type: 'create', definition: serviceKind, object });
    }
  if (replicaSet !== undefined && !isAvailable) {
    const { available } = figures;
    reasons.push({ type: 'waiting-for-available', template: template.name, available, total: replicas });
  }
  return { actions, reasons };
}

function runningReasons(
  { spec }: Experiment,
  states: readonly AnalysisState[],
  { availableAtMs, finishedAtMs }: Span,
): ExperimentReason[] {
  if (availableAtMs === undefined) return [];
  const analysing = states.flatMap((state): ExperimentReason[] => {
    const { name: analysis } = state.analysis;
    if (state.type === 'impossible')
      return state.problems.map((problem) => ({ type: 'analysis-impossible', analysis, problem }));
    if (state.type === 'starting') return [{ type: 'analysing', analysis, run: state.name, message: '' }];
    return state.type === 'running'
      ? [{ type: 'analysing', analysis, run: state.name, message: state.message }]
      : [];
  });
  if (finishedAtMs !== undefined)
    return [{ type: 'running-until', until: runTime(finishedAtMs) }, ...analysing];
  return (spec.analyses ?? []).length > 0 ? analysing : [{ type: 'running-until-terminated' }];
}

/** The end is written first; pods go in later passes. */
function planEnding(
  { experiment }: ObservedExperiment,
  standings: readonly Standing[],
  states: readonly AnalysisState[],
  { availableAtMs }: Span,
  outcome: Outcome,
  nowMs: number,
): Plan {
  const { phase, message } = outcome;
  const reasons: ExperimentReason[] = [{ type: 'ended', phase, message }];
  const event = told(
    experiment,
    phase === 'Successful' ? 'Normal' : 'Warning',
    `Experiment${phase}`,
    `Experiment completed. Result: ${phase}${message === '' ? '' : `: ${message}`}`,
  );
  return {
    actions: [event],
    status: experimentStatus({ experiment, standings, states, availableAtMs, outcome, reasons, nowMs }),
    reasons,
  };
}

function planEnd(
  observed: ObservedExperiment,
  standings: readonly Standing[],
  refused: readonly ExperimentReason[],
  nowMs: number,
): Plan {
  const { experiment, runs } = observed;
  const { phase = 'Successful', message = '', availableAt } = experiment.status ?? {};
  const availableAtMs = timeMs(availableAt);
  const outcome = { phase: phase as EndPhase, message };
  const states = analysisStates(observed, standings, { availableAtMs: undefined, finishedAtMs: undefined });
  const worn = wornDown(experiment, standings, nowMs);
  const reasons = [...refused, { type: 'ended' as const, ...outcome }, ...worn.reasons];
  return {
    actions: [...runs.filter((run) => !isEnded(run)).flatMap(terminated), ...worn.actions],
    status: experimentStatus({ experiment, standings, states, availableAtMs, outcome, reasons, nowMs }),
    ...(worn.recheckAfterMs === undefined ? {} : { recheckAfterMs: worn.recheckAfterMs }),
    reasons,
  };
}

/** The next moment at which time alone changes something. */
function recheckOf(
  { spec }: Experiment,
  standings: readonly Standing[],
  states: readonly AnalysisState[],
  span: Span,
  nowMs: number,
): number | undefined {
  const { progressDeadlineSeconds = PROGRESS_DEADLINE_SECONDS } = spec;
  const isImpossible = states.some(({ type }) => type === 'impossible');
  // A template that has just begun to count is told of first.
  const firstDeadlineMs = standings.some(({ isAvailable, before }) => !isAvailable && before === undefined)
    ? nowMs + progressDeadlineSeconds * 1000
    : Infinity;
  const moments = [
    firstDeadlineMs,
    ...standings.map((one) => deadlineMs(one, progressDeadlineSeconds) ?? Infinity),
    ...standings.map(({ availableInMs }) => nowMs + (availableInMs ?? Infinity)),
    span.finishedAtMs ?? Infinity,
    isImpossible ? patienceMs(span, progressDeadlineSeconds) : Infinity,
  ].filter((ms) => ms > nowMs);
  const soonest = Math.min(...moments);
  return soonest === Infinity ? undefined : soonest - nowMs;
}

function scalingEvent(regarding: Experiment, name: string, from: number, to: number): EventNote {
  const message = `Scaled ${to > from ? 'up' : 'down'} ReplicaSet ${name} from ${from} to ${to}`;
  return { regarding, severity: 'Normal', reason: 'ScalingReplicaSet', message };
}

function told(
  regarding: Experiment,
  severity: EventNote['severity'],
  reason: string,
  message: string,
): Action {
  return { type: 'record-event', regarding, severity, reason, message };
}
