// What Jobs of metrics get by themselves, as Jobs do. Applying it twice changes nothing.
import type { AnalysisMetric } from '../kinds/analysis/metric.ts';
import { applyJobDefaults } from '../kinds/job/job-defaults.ts';

/** Mutates its argument. */
export function applyMetricDefaults(metrics: readonly AnalysisMetric[] | undefined): void {
  for (const { provider } of metrics ?? [])
    if (provider.job !== undefined) applyJobDefaults(provider.job.spec);
}
