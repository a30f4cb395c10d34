// AnalysisRuns: how each metric stands, what was measured last, and why. Pure.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';
import type { Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { controlledBy, deletionFields, describer, identityFields, timeText } from './describer.ts';
import { NONE, type Field } from './layout.ts';

/** Values that a line has room for. */
const VALUES_SHOWN = 5;
const VALUE_CHARS_MAX = 24;

export const analysisRunDescriber = describer<AnalysisRun>({}, (run) => {
  const { spec, status } = run;
  const results = status?.metricResults ?? [];
  const rows = spec.metrics.map((metric) =>
    metricRow(
      metric,
      results.find(({ name }) => name === metric.name),
    ),
  );
  return [
    ...identityFields(run),
    controlledBy(run),
    ...deletionFields(run),
    ['Status', status?.phase ?? 'Pending'],
    ['Message', status?.message],
    ['Started', status?.startedAt === undefined ? undefined : timeText(status.startedAt)],
    ['Completed', status?.completedAt === undefined ? undefined : timeText(status.completedAt)],
    ['Arguments', argumentsOf(run)],
    ['Metrics', { rows: [HEAD, ...rows] }],
    ...results.flatMap((result) =>
      detailsOf(
        result,
        spec.metrics.find(({ name }) => name === result.name),
      ),
    ),
  ];
});

const HEAD = ['Name', 'Status', 'Provider', 'Successful', 'Failed', 'Inconclusive', 'Error', 'Last Values'];

function metricRow({ name, provider }: AnalysisMetric, result: MetricResult | undefined): string[] {
  const { phase = 'Pending', dryRun, successful = 0, failed = 0, inconclusive = 0, error = 0 } = result ?? {};
  return [
    name,
    dryRun === true ? `${phase} (dry run)` : phase,
    Object.keys(provider)[0] ?? NONE,
    ...[successful, failed, inconclusive, error].map(String),
    lastValues(result?.measurements),
  ];
}

/** Oldest first. */
function lastValues(measurements: readonly Measurement[] = []): string {
  const values = measurements.flatMap(({ value }) => (value === undefined ? [] : [cut(value)]));
  return values.length === 0 ? '-' : values.slice(-VALUES_SHOWN).join(' ');
}

const cut = (text: string): string =>
  text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;

/** The reason, what was asked for where it was not so, and the numbers of the last measurement. */
function detailsOf({ name, phase, message, measurements }: MetricResult, metric?: AnalysisMetric): Field[] {
  const isUnmet = phase === 'Failed' || phase === 'Inconclusive';
  const numbers = Object.entries(measurements?.at(-1)?.metadata ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const lines = [
    ...(message === undefined ? [] : [message]),
    ...(isUnmet ? conditionsOf(metric) : []),
    ...(numbers.length === 0 ? [] : [numbers.join(' ')]),
  ];
  return lines.length === 0 ? [] : [[`Metric ${name}`, lines]];
}

function conditionsOf({ successCondition, failureCondition }: Partial<AnalysisMetric> = {}): string[] {
  return [
    ...(successCondition === undefined ? [] : [`successCondition: ${successCondition}`]),
    ...(failureCondition === undefined ? [] : [`failureCondition: ${failureCondition}`]),
  ];
}

function argumentsOf({ spec }: AnalysisRun): string[] | undefined {
  if (spec.args === undefined || spec.args.length === 0) return undefined;
  return spec.args.map(({ name, value, valueFrom }) => {
    const secret = valueFrom?.secretKeyRef;
    return `${name}=${value ?? (secret === undefined ? NONE : `<from Secret ${secret.name}, key ${secret.key}>`)}`;
  });
}
