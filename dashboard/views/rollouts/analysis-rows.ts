// The metrics of an analysis with their limits and what was measured. Pure.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';

/** One metric. */
export interface AnalysisRow {
  key: string;
  run: string;
  metric: string;
  phase: string;
  /** `good: result >= 0.95`. */
  limit: string;
  /** The last values, newest last. */
  values: readonly string[];
  /** `8 good, 1 bad`. */
  counts: string;
  message: string;
}

/** Values shown. */
const VALUES_MAX = 6;
const VALUE_CHARS_MAX = 24;

/** One row a metric of each run, latest run first. */
export function analysisRows(runs: readonly AnalysisRun[]): AnalysisRow[] {
  const age = ({ metadata }: AnalysisRun): number => Date.parse(metadata.creationTimestamp ?? '') || 0;
  return runs.toSorted((a, b) => age(b) - age(a)).flatMap(rowsOf);
}

function rowsOf({ metadata, spec, status }: AnalysisRun): AnalysisRow[] {
  return spec.metrics.map((metric) => {
    const result = status?.metricResults?.find(({ name }) => name === metric.name);
    const measured = result?.measurements ?? [];
    return {
      key: `${metadata.name} ${metric.name}`,
      run: metadata.name ?? '',
      metric: `${metric.name}${result?.dryRun === true ? ' (dry run)' : ''}`,
      phase: phaseText(result?.phase ?? status?.phase ?? 'Pending', spec.terminate === true, measured),
      limit: limitText(metric),
      values: measured.slice(-VALUES_MAX).map(({ value = '–' }) => value.slice(0, VALUE_CHARS_MAX)),
      counts: countsText(result ?? {}),
      message: result?.message ?? measured.at(-1)?.message ?? status?.message ?? '',
    };
  });
}

/** One that was ended before it had measured anything counts as successful; it has found nothing out. */
function phaseText(phase: string, ended: boolean, measured: readonly { phase?: string }[]): string {
  const found = measured.some((one) => one.phase === 'Successful' || one.phase === 'Failed');
  return phase === 'Successful' && ended && !found ? 'Stopped' : phase;
}

function limitText({ successCondition, failureCondition }: AnalysisRun['spec']['metrics'][number]): string {
  return [
    ...(successCondition === undefined ? [] : [`good: ${successCondition}`]),
    ...(failureCondition === undefined ? [] : [`bad: ${failureCondition}`]),
  ].join('; ');
}

type Counts = Partial<Record<'successful' | 'failed' | 'inconclusive' | 'error', number>>;

function countsText({ successful = 0, failed = 0, inconclusive = 0, error = 0 }: Counts): string {
  return [
    [successful, 'good'] as const,
    [failed, 'bad'] as const,
    [inconclusive, 'inconclusive'] as const,
    [error, 'errors'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}
