// What the measurements of a run come to: phases and messages of its metrics and of the whole, as Argo Rollouts assesses
// them. Pure and repeatable: assessing again changes nothing.
import { isEndPhase } from '@gantry/api/analysis/run-phase';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type {
  AnalysisPhase,
  AnalysisRunStatus,
  Measurement,
  MetricResult,
  RunSummary,
} from '@gantry/api/kinds/analysis/run-status';
import type { ResolvedMetric } from './resolved-metrics.ts';

/** Time as runs tell it: intervals of a second need its parts. */
export const runTime = (ms: number): string => new Date(ms).toISOString();

/** Whether the run is about to end: it was told to, or a metric that counts has ended badly. */
export function isTerminating(
  { spec }: Pick<AnalysisRun, 'spec'>,
  results: readonly MetricResult[] | undefined,
): boolean {
  if (spec.terminate === true) return true;
  return (results ?? []).some(
    ({ phase, dryRun }) => dryRun !== true && isEndPhase(phase) && phase !== 'Successful',
  );
}

/** The measurement that goes on, if one does. */
export function inFlight(result: MetricResult | undefined): Measurement | undefined {
  const last = result?.measurements?.at(-1);
  return last === undefined || isEndPhase(last.phase) ? undefined : last;
}

/** The status after `before`; nothing changes once the run has ended. */
export function assessed(
  run: Pick<AnalysisRun, 'spec'>,
  before: AnalysisRunStatus,
  metrics: readonly ResolvedMetric[],
  nowMs: number,
): AnalysisRunStatus {
  if (isEndPhase(before.phase)) return before;
  let results = before.metricResults ?? [];
  // A metric that ends badly ends the others: they are looked at once more.
  for (let terminating = isTerminating(run, results), again = true; again;) {
    results = results.map((result) => assessedResult(result, metrics, terminating));
    again = !terminating && isTerminating(run, results);
    terminating ||= again;
  }
  const summaries = summariesOf(metrics, results);
  const verdict = verdictOf(run, metrics, results);
  const { message: _, ...rest } = before;
  return {
    ...rest,
    ...(results.length === 0 ? {} : { metricResults: results }),
    ...summaries,
    ...verdict,
    ...(isEndPhase(verdict.phase) ? { completedAt: runTime(nowMs) } : {}),
  };
}

function assessedResult(
  result: MetricResult,
  metrics: readonly ResolvedMetric[],
  terminating: boolean,
): MetricResult {
  const resolved = metrics.find(({ name }) => name === result.name);
  if (resolved === undefined || isEndPhase(result.phase)) return result;
  const current = terminating ? withoutHalfMeasured(result, resolved) : result;
  const phase = metricPhase(current, resolved, terminating);
  if (phase === current.phase || !isEndPhase(phase)) return { ...current, phase };
  const { message: _, metadata: _readings, ...rest } = current;
  return { ...rest, phase, ...endMessage(current, resolved, phase) };
}

/** What is measured by waiting ends without a verdict; a Job that runs is ended by the controller. */
function withoutHalfMeasured(result: MetricResult, { metric }: ResolvedMetric): MetricResult {
  if (metric.provider.job !== undefined || inFlight(result) === undefined) return result;
  return { ...result, measurements: (result.measurements ?? []).slice(0, -1) };
}

function endMessage(
  result: MetricResult,
  resolved: ResolvedMetric,
  phase: AnalysisPhase,
): { message?: string } {
  const message = result.measurements?.at(-1)?.message;
  const excess = excessOf(result, resolved);
  if (!resolved.dryRun || excess === undefined) return message === undefined ? {} : { message };
  const detail = message === undefined ? '' : `: "Error Message: ${message}"`;
  return { message: `Metric assessed ${phase} due to ${excess.message}${detail}` };
}

function metricPhase(result: MetricResult, resolved: ResolvedMetric, terminating: boolean): AnalysisPhase {
  const { measurements = [], count = 0, consecutiveSuccess = 0 } = result;
  const { rules } = resolved;
  if (measurements.length === 0) return terminating ? 'Successful' : 'Pending';
  if (inFlight(result) !== undefined) return 'Running';
  const excess = excessOf(result, resolved);
  if (excess !== undefined) return excess.phase;
  const limit = rules.consecutiveSuccessLimit;
  if (limit > 0 && consecutiveSuccess >= limit) return 'Successful';
  if (rules.count !== undefined && count >= rules.count) return limit > 0 ? 'Inconclusive' : 'Successful';
  return terminating ? 'Successful' : 'Running';
}

/** The limit that was passed, in Argo's words; of several the last one counts, as there. */
function excessOf(
  { failed = 0, inconclusive = 0, consecutiveError = 0 }: MetricResult,
  { rules }: ResolvedMetric,
): { phase: AnalysisPhase; message: string } | undefined {
  if (consecutiveError > rules.consecutiveErrorLimit)
    return {
      phase: 'Error',
      message: `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${rules.consecutiveErrorLimit})`,
    };
  if (inconclusive > rules.inconclusiveLimit)
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${inconclusive}) > inconclusiveLimit (${rules.inconclusiveLimit})`,
    };
  if (failed > rules.failureLimit)
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${rules.failureLimit})` };
  return undefined;
}

/** From best to worst. */
const ORDER: readonly AnalysisPhase[] = [
  'Pending',
  'Running',
  'Successful',
  'Inconclusive',
  'Error',
  'Failed',
];

function verdictOf(
  run: Pick<AnalysisRun, 'spec'>,
  metrics: readonly ResolvedMetric[],
  results: readonly MetricResult[],
): { phase: AnalysisPhase; message?: string } {
  const ended = metrics.flatMap((resolved) => {
    const result = results.find(({ name }) => name === resolved.name);
    return result !== undefined && isEndPhase(result.phase) ? [{ resolved, result }] : [];
  });
  const running = results.some(({ phase }) => !isEndPhase(phase));
  const terminating = isTerminating(run, results);
  if (running || (!terminating && ended.length < metrics.length)) return { phase: 'Running' };
  let worst: AnalysisPhase | undefined;
  let message = run.spec.terminate === true ? 'Run Terminated' : undefined;
  for (const { resolved, result } of ended) {
    if (resolved.dryRun || (worst !== undefined && ORDER.indexOf(result.phase) <= ORDER.indexOf(worst)))
      continue;
    worst = result.phase;
    const excess = excessOf(result, resolved);
    if (excess === undefined) continue;
    const detail = result.message === undefined ? '' : `: "Error Message: ${result.message}"`;
    message = `Metric "${result.name}" assessed ${result.phase} due to ${excess.message}${detail}`;
  }
  return { phase: worst ?? 'Successful', ...(message === undefined ? {} : { message }) };
}

function summariesOf(
  metrics: readonly ResolvedMetric[],
  results: readonly MetricResult[],
): { runSummary: RunSummary; dryRunSummary: RunSummary } {
  const summary = (dryRun: boolean): RunSummary => {
    const names = new Set(metrics.filter((metric) => metric.dryRun === dryRun).map(({ name }) => name));
    const found: RunSummary = { count: names.size };
    for (const { name, phase } of results) {
      if (!names.has(name) || !isEndPhase(phase)) continue;
      const field = FIELDS[phase];
      if (field !== undefined) found[field] = (found[field] ?? 0) + 1;
    }
    return found;
  };
  return { runSummary: summary(false), dryRunSummary: summary(true) };
}

const FIELDS: Partial<Record<AnalysisPhase, 'successful' | 'failed' | 'inconclusive' | 'error'>> = {
  Successful: 'successful',
  Failed: 'failed',
  Inconclusive: 'inconclusive',
  Error: 'error',
};
