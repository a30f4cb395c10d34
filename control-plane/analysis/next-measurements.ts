// Which metrics of a run are to be measured now, and when to look again. Pure; Argo Rollouts' rules.
import { isEnded, isEndPhase } from '@gantry/api/analysis/run-phase';
import { pauseMs } from '@gantry/api/analysis/metric-rules';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { timeMs } from '@gantry/kit/time-text';
import { inFlight, isTerminating } from './assess.ts';
import { resolveMetrics, type ResolvedMetric } from './resolved-metrics.ts';

/** A metric that is to be measured. */
export interface Due {
  resolved: ResolvedMetric;
  /** What is known of it so far. */
  result?: MetricResult;
  /** The measurement to go on with. */
  resume?: Measurement;
}

/** What is due, and when anything else will be; absent: never by time alone. */
export interface Schedule {
  due: readonly Due[];
  nextAtMs?: number;
}

/** Pure. A run that has not begun, or has ended, needs nothing. */
export function nextMeasurements(run: AnalysisRun, nowMs: number): Schedule {
  const startedMs = timeMs(run.status?.startedAt);
  if (startedMs === undefined || isEnded(run)) return { due: [] };
  const resolved = resolveMetrics(run);
  if ('problem' in resolved) return { due: [] };
  const due: Due[] = [];
  const later: number[] = [];
  for (const metric of resolved.metrics) {
    const result = run.status?.metricResults?.find(({ name }) => name === metric.name);
    const atMs = dueAtMs(run, metric, result, startedMs);
    if (atMs === undefined) continue;
    const resume = inFlight(result);
    if (atMs > nowMs) later.push(atMs);
    else
      due.push({
        resolved: metric,
        ...(result === undefined ? {} : { result }),
        ...(resume === undefined ? {} : { resume }),
      });
  }
  return { due, ...(later.length === 0 ? {} : { nextAtMs: Math.min(...later) }) };
}

/** When a metric is measured next; undefined: not any more. */
function dueAtMs(
  run: AnalysisRun,
  { rules }: ResolvedMetric,
  result: MetricResult | undefined,
  startedMs: number,
): number | undefined {
  if (isEndPhase(result?.phase)) return undefined;
  const going = inFlight(result);
  if (going !== undefined) return timeMs(going.resumeAt) ?? 0;
  if (isTerminating(run, run.status?.metricResults)) return undefined;
  const last = result?.measurements?.at(-1);
  if (last === undefined) return startedMs + rules.initialDelayMs;
  if (rules.count !== undefined && (result?.count ?? 0) >= rules.count) return undefined;
  return (timeMs(last.finishedAt) ?? startedMs) + pauseMs(rules);
}
