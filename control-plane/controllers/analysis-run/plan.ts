// Decides how an AnalysisRun begins, what its Jobs do, when it ends and when it goes. Measuring itself is I/O, and not
// its business: `control-plane/analysis/`.
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisRunStatus, Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { timeMs } from '@gantry/kit/time-text';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { assessed, inFlight } from '../../analysis/assess.ts';
import { begunStatus } from '../../analysis/begin-run.ts';
import { endNote } from '../../analysis/end-note.ts';
import { nextMeasurements } from '../../analysis/next-measurements.ts';
import { resolveMetrics, type ResolvedMetric } from '../../analysis/resolved-metrics.ts';
import { NOT_COUNTED } from '../../analysis/with-measurement.ts';
import { isDeleting } from '../pod-condition.ts';
import { deleteJob, jobSteps } from './job-steps.ts';
import { JOB_NAME } from './metric-job.ts';
import { isUnwanted, type Observed } from './observe.ts';
import type { AnalysisRunReason } from './reasons.ts';

/** A plan whose reasons are an AnalysisRun's. */
export interface AnalysisRunPlan extends Plan {
  status?: AnalysisRunStatus;
  reasons: readonly AnalysisRunReason[];
}

/** Pure: the same observation and time give the same plan. */
export function plan(observed: Observed, { nowMs, failure }: PlanInputs): AnalysisRunPlan {
  const { run } = observed;
  if (isDeleting(run)) return { actions: [], reasons: [{ type: 'being-deleted' }] };
  if (isEnded(run)) return planEnd(observed, nowMs);
  const refused: AnalysisRunReason[] =
    failure === undefined ? [] : [{ type: 'changes-refused', message: failure.message }];
  if (run.status?.startedAt === undefined) {
    const status = begunStatus(run, nowMs);
    const event: Action[] = isEndPhase(status.phase) ? [ended(run, status)] : [];
    return { actions: event, status, reasons: [...refused, { type: 'beginning' }] };
  }
  return planRunning(observed, run.status, nowMs, refused);
}

function planRunning(
  observed: Observed,
  before: AnalysisRunStatus,
  nowMs: number,
  refused: readonly AnalysisRunReason[],
): AnalysisRunPlan {
  const resolved = resolveMetrics(observed.run);
  if ('problem' in resolved)
    return { actions: [], reasons: [...refused, { type: 'unresolvable', message: resolved.problem }] };
  const steps = jobSteps(observed, nowMs);
  const status = assessed(steps.run, steps.run.status ?? before, resolved.metrics, nowMs);
  const after = { ...steps.run, status };
  const nextMs = nextOfJobs(after, nowMs);
  return {
    actions: [...steps.actions, ...(isEndPhase(status.phase) ? [ended(after, status)] : [])],
    status,
    ...(nextMs === undefined ? {} : { recheckAfterMs: Math.max(1, nextMs - nowMs) }),
    reasons: [
      ...refused,
      ...steps.reasons,
      ...resolved.metrics.flatMap((metric) => metricReasons(after, metric, nowMs)),
    ],
  };
}

/** When a Job is due; the others are measured by a part that has its own clock. */
function nextOfJobs(run: AnalysisRun, nowMs: number): number | undefined {
  const metrics = run.spec.metrics.filter(({ provider }) => provider.job !== undefined);
  if (metrics.length === 0) return undefined;
  return nextMeasurements({ ...run, spec: { ...run.spec, metrics } }, nowMs).nextAtMs;
}

function metricReasons(run: AnalysisRun, resolved: ResolvedMetric, nowMs: number): AnalysisRunReason[] {
  const { name: metric, rules } = resolved;
  const result = run.status?.metricResults?.find(({ name }) => name === metric);
  if (result !== undefined && isEndPhase(result.phase))
    return [{ type: 'metric-ended', metric, phase: result.phase }];
  const last = result?.measurements?.at(-1);
  if (result !== undefined && last !== undefined) return measuredReasons(resolved, result, last);
  const inMs = (timeMs(run.status?.startedAt) ?? nowMs) + rules.initialDelayMs - nowMs;
  return inMs > 0 ? [{ type: 'delayed', metric, inMs }] : [];
}

function measuredReasons(
  { name: metric, rules }: ResolvedMetric,
  result: MetricResult,
  last: Measurement,
): AnalysisRunReason[] {
  const { message = '' } = last;
  if (last.metadata?.[NOT_COUNTED] !== undefined) return [{ type: 'waiting-for-traffic', metric, message }];
  if (last.phase === 'Error') {
    const errors = result.consecutiveError ?? 0;
    const tolerated = rules.consecutiveErrorLimit;
    return [{ type: 'error-tried-again', metric, errors, tolerated, message }];
  }
  if (inFlight(result)?.metadata?.[JOB_NAME] !== undefined) return [];
  const of = rules.count === undefined ? {} : { of: rules.count };
  return [{ type: 'measuring', metric, taken: result.count ?? 0, ...of }];
}

function planEnd({ run, jobs }: Observed, nowMs: number): AnalysisRunPlan {
  const actions = jobs
    .filter(isUnwanted)
    .map((job) => deleteJob(job, 'the run that it measures for has ended'));
  const ttlMs = ttlOf(run);
  const endedMs = timeMs(run.status?.completedAt);
  if (ttlMs === undefined || endedMs === undefined) return { actions, reasons: [] };
  const forMs = endedMs + ttlMs - nowMs;
  if (forMs > 0) return { actions, recheckAfterMs: forMs, reasons: [{ type: 'kept-for', forMs }] };
  const { namespace = '', name = '', uid = '' } = run.metadata;
  const ref = { definition: analysisRunKind, namespace, name, uid };
  return {
    actions: [{ type: 'delete', ref, propagationPolicy: 'Background', reason: 'its ttlStrategy is over' }],
    reasons: [{ type: 'deleting' }],
  };
}

function ttlOf({ spec, status }: AnalysisRun): number | undefined {
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } = spec.ttlStrategy ?? {};
  const own = status?.phase === 'Successful' ? secondsAfterSuccess : secondsAfterFailure;
  const seconds = own ?? secondsAfterCompletion;
  return seconds === undefined ? undefined : seconds * 1000;
}

const ended = (run: AnalysisRun, status: AnalysisRunStatus): Action => ({
  type: 'record-event',
  ...endNote(run, status),
});
