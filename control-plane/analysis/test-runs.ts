// Runs for tests: whole objects as the API would store them.
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';
import { admitShape } from '@gantry/api/validate';
import { runTime } from './assess.ts';

/** When runs of tests began. */
export const BEGAN_MS = Date.parse('2026-01-01T00:00:00Z');

/** A metric that a web address gives. */
export const webMetric = (name: string, change: Partial<AnalysisMetric> = {}): AnalysisMetric => ({
  name,
  successCondition: 'result == 1',
  provider: { web: { url: 'http://metrics.test/' } },
  ...change,
});

/** A run, as it is created. */
export function testRun(spec: object, metadata: object = {}): AnalysisRun {
  const { object, issues } = admitShape(analysisRunKind, {
    metadata: { name: 'run', namespace: 'default', uid: 'run-uid', ...metadata },
    spec,
  });
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return object as AnalysisRun;
}

/** A run that has begun. */
export function begunRun(spec: object): AnalysisRun {
  return { ...testRun(spec), status: { phase: 'Running', startedAt: runTime(BEGAN_MS) } };
}
