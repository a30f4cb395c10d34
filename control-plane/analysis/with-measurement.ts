// A run's status with one measurement more. Pure; taking the same measurement twice changes nothing.
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { TEXT_CHARS_MAX } from '@gantry/api/analysis/limits';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisRunStatus, Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { assessed, inFlight } from './assess.ts';
import { resolveMetrics, type ResolvedMetric } from './resolved-metrics.ts';

/** Note on a measurement that no limit and no count looks at; the next one takes its place. */
export const NOT_COUNTED = 'gantry.dev/not-counted';

/** What was measured. */
export interface Taken {
  metric: string;
  measurement: Measurement;
  /** What the next measurement goes on from; what was there stays when absent. */
  metadata?: Readonly<Record<string, string>>;
}

/** The status to write; undefined when the run or the metric has ended, or the measurement is in it already. */
export function withMeasurement(
  run: AnalysisRun,
  taken: Taken,
  nowMs: number,
): AnalysisRunStatus | undefined {
  const { status } = run;
  if (status === undefined || isEnded(run)) return undefined;
  const resolved = resolveMetrics(run);
  if ('problem' in resolved) return undefined;
  const metric = resolved.metrics.find(({ name }) => name === taken.metric);
  const results = status.metricResults ?? [];
  const before = results.find(({ name }) => name === taken.metric);
  if (metric === undefined || isEndPhase(before?.phase) || isKnown(before, taken.measurement))
    return undefined;
  const after = withTaken(before ?? { name: taken.metric, phase: 'Pending' }, metric, taken);
  const metricResults =
    before === undefined
      ? [...results, after]
      : results.map((result) => (result === before ? after : result));
  return assessed(run, { ...status, metricResults }, resolved.metrics, nowMs);
}

/** Measurements of a metric follow each other; one that goes on is finished under the same time of its beginning. */
function isKnown(before: MetricResult | undefined, { startedAt = '', phase }: Measurement): boolean {
  const last = before?.measurements?.at(-1);
  if (last?.startedAt === undefined) return false;
  if (last.startedAt === startedAt) return isEndPhase(last.phase) || !isEndPhase(phase);
  return last.startedAt > startedAt;
}

function withTaken(before: MetricResult, { retention, dryRun }: ResolvedMetric, taken: Taken): MetricResult {
  const measurement = short(taken.measurement);
  const past = before.measurements ?? [];
  const isReplaced = inFlight(before) !== undefined || past.at(-1)?.metadata?.[NOT_COUNTED] !== undefined;
  const measurements = [...(isReplaced ? past.slice(0, -1) : past), measurement].slice(-retention);
  const { message: _, ...rest } = before;
  const isCounted = isEndPhase(measurement.phase) && measurement.metadata?.[NOT_COUNTED] === undefined;
  return {
    ...rest,
    measurements,
    ...(isCounted ? counted(before, measurement) : {}),
    ...(measurement.message === undefined ? {} : { message: measurement.message }),
    ...(dryRun ? { dryRun } : {}),
    ...(taken.metadata === undefined ? {} : { metadata: { ...taken.metadata } }),
  };
}

const FIELDS = {
  Successful: 'successful',
  Failed: 'failed',
  Inconclusive: 'inconclusive',
  Error: 'error',
} as const;

function counted(before: MetricResult, { phase }: Measurement): Partial<MetricResult> {
  if (!(phase in FIELDS)) return {};
  const field = FIELDS[phase as keyof typeof FIELDS];
  const isError = phase === 'Error';
  return {
    [field]: (before[field] ?? 0) + 1,
    ...(isError ? {} : { count: (before.count ?? 0) + 1 }),
    consecutiveError: isError ? (before.consecutiveError ?? 0) + 1 : 0,
    consecutiveSuccess: phase === 'Successful' ? (before.consecutiveSuccess ?? 0) + 1 : 0,
  };
}

function short(measurement: Measurement): Measurement {
  const { value, message } = measurement;
  return {
    ...measurement,
    ...(value === undefined ? {} : { value: cut(value) }),
    ...(message === undefined ? {} : { message: cut(message) }),
  };
}

const cut = (text: string): string =>
  text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text;
