// The door to whatever is measured: one request, one answer. What goes wrong is a measurement too (Error), never thrown.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';
import type { Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';

/** What is to be measured. */
export interface MeasureRequest {
  run: AnalysisRun;
  /** All arguments filled in, those from Secrets too. */
  metric: AnalysisMetric;
  result?: MetricResult;
  /** The measurement to go on with. */
  resume?: Measurement;
  startedAt: string;
}

/** What came of it. A measurement that goes on has phase Running and `resumeAt`. */
export interface Measured {
  measurement: Omit<Measurement, 'startedAt' | 'finishedAt'>;
  /** What the next measurement goes on from; what was there stays when absent. */
  metadata?: Readonly<Record<string, string>>;
  /** Begin anew: the measurement that went on is of no use any more. */
  anew?: boolean;
}

/** Measures once. Rejects when it cannot be measured, or when the signal is aborted. */
export type Measure = (request: MeasureRequest, signal: AbortSignal) => Promise<Measured>;

/** A failure that tells its reason to users. */
export const errorMeasured = (message: string): Measured => ({ measurement: { phase: 'Error', message } });
