// The metrics of a run with all arguments filled in but those from Secrets, and their rules as numbers. Pure.
import { knownValues, withArguments } from '@gantry/api/analysis/arguments';
import { RETENTION_DEFAULT } from '@gantry/api/analysis/limits';
import { isMeant, rulesOf, type MetricRules } from '@gantry/api/analysis/metric-rules';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';

/** A metric that can be measured. */
export interface ResolvedMetric {
  name: string;
  metric: AnalysisMetric;
  rules: MetricRules;
  /** Whether it does not count. */
  dryRun: boolean;
  /** Measurements that are kept. */
  retention: number;
}

/** All of them, or why the run cannot be measured. */
export type Resolved = { metrics: readonly ResolvedMetric[] } | { problem: string };

/** Pure. */
export function resolveMetrics({ spec }: Pick<AnalysisRun, 'spec'>): Resolved {
  const values = knownValues(spec.args);
  try {
    const metrics = spec.metrics.map((written) => {
      const metric = withArguments(written, values);
      const { name } = metric;
      const means = ({ metricName }: { metricName: string }): boolean => isMeant(metricName, name);
      return {
        ...{ name, metric, rules: rulesOf(metric) },
        dryRun: (spec.dryRun ?? []).some(means),
        retention: (spec.measurementRetention ?? []).find(means)?.limit ?? RETENTION_DEFAULT,
      };
    });
    return { metrics };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: `Unable to resolve metric arguments: ${error.message}` };
  }
}
