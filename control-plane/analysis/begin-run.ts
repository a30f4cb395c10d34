// How a run begins: its first status. Pure.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisRunStatus } from '@gantry/api/kinds/analysis/run-status';
import { assessed, runTime } from './assess.ts';
import { resolveMetrics } from './resolved-metrics.ts';

/** The status of a run that has none yet; one that cannot be measured ends with an error at once. */
export function begunStatus(run: AnalysisRun, nowMs: number): AnalysisRunStatus {
  const now = runTime(nowMs);
  const resolved = resolveMetrics(run);
  if ('problem' in resolved)
    return { phase: 'Error', message: resolved.problem, startedAt: now, completedAt: now };
  return assessed(run, { phase: 'Pending', startedAt: now }, resolved.metrics, nowMs);
}
