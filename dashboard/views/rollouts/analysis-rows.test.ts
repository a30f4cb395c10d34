import test from 'ava';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { analysisRows } from './analysis-rows.ts';

const run = (name: string, creationTimestamp: string, status?: AnalysisRun['status']): AnalysisRun => ({
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'AnalysisRun', metadata: { name, creationTimestamp } },
  spec: {
    metrics: [
      {
        ...{ name: 'success-rate', successCondition: 'result >= 0.95', failureCondition: 'result < 0.9' },
        provider: {
          gantry: { metric: 'success-rate' },
        } as AnalysisRun['spec']['metrics'][number]['provider'],
      },
    ],
  },
  ...(status === undefined ? {} : { status }),
});

test('a run that was ended before it had found anything out is no success', (t) => {
  const ended = (phase: 'Inconclusive' | 'Successful'): AnalysisRun => {
    const measurements = [{ phase, value: '1' }];
    const metricResults = [{ name: 'success-rate', phase: 'Successful' as const, measurements }];
    const made = run('web', '2026-01-01T00:00:00Z', { phase: 'Successful', metricResults });
    return { ...made, spec: { ...made.spec, terminate: true } };
  };
  t.is(analysisRows([ended('Inconclusive')])[0]?.phase, 'Stopped');
  t.is(analysisRows([ended('Successful')])[0]?.phase, 'Successful');
});

test('the numbers stand beside their limits, the latest run first', (t) => {
  const measured = (value: string) => ({ phase: 'Successful' as const, value });
  const rows = analysisRows([
    run('old', '2026-01-01T00:00:00Z'),
    run('new', '2026-01-01T00:01:00Z', {
      phase: 'Failed',
      metricResults: [
        {
          ...{
            name: 'success-rate',
            phase: 'Failed',
            successful: 1,
            failed: 2,
            message: 'too many failures',
          },
          measurements: ['1', '0.8', '0.5'].map(measured),
        },
      ],
    }),
  ]);
  t.deepEqual(
    rows.map(({ run: of, phase }) => [of, phase]),
    [
      ['new', 'Failed'],
      ['old', 'Pending'],
    ],
  );
  t.like(rows[0], {
    limit: 'good: result >= 0.95; bad: result < 0.9',
    values: ['1', '0.8', '0.5'],
    counts: '1 good, 2 bad',
    message: 'too many failures',
  });
});
