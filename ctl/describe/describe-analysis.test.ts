// What `gantry describe analysisrun` prints.
import test from 'ava';
import { describeObject } from './describe-object.ts';

const AROUND = { pods: [], replicaSets: [], endpointSlices: [], nowMs: Date.parse('2026-01-01T00:01:00Z') };

test('a run: each metric with its counts, last values, numbers and reason; never a secret', (t) => {
  const measurement = (value: string) => ({ phase: 'Successful' as const, value });
  const text = describeObject(
    {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'web-2', namespace: 'shop', labels: { app: 'web' } },
      spec: {
        args: [
          { name: 'hash', value: 'abc' },
          { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        ],
        metrics: [
          { name: 'rate', provider: { gantry: { metric: 'success-rate', revision: 'abc' } } },
          { name: 'smoke', provider: { job: {} } },
        ],
      },
      status: {
        phase: 'Running',
        startedAt: '2026-01-01T00:00:00.000Z',
        metricResults: [
          {
            name: 'rate',
            phase: 'Running',
            successful: 3,
            count: 3,
            message: 'not shown to be worse',
            measurements: [
              measurement('0.99'),
              measurement('1'),
              { ...measurement('0.98'), metadata: { requests: '50', failures: '1' } },
            ],
          },
        ],
      },
    },
    AROUND,
    { why: ['metric rate is being measured'], events: undefined },
  );
  for (const line of [
    /^Status: +Running$/m,
    /^Arguments: +hash=abc\n +token=<from Secret s, key k>$/m,
    /Name +Status +Provider +Successful +Failed +Inconclusive +Error +Last Values/i,
    /^ +rate +Running +gantry +3 +0 +0 +0 +0\.99 1 0\.98$/m,
    /^ +smoke +Pending +job +0 +0 +0 +0 +-$/m,
    /^Metric rate: +not shown to be worse\n +requests=50 failures=1$/m,
    /^Why: +metric rate is being measured$/m,
  ])
    t.regex(text, line);
});

test('a metric that was not met says what was asked for', (t) => {
  const provider = { web: { url: 'http://a/' } };
  const text = describeObject(
    {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'r', namespace: 'default' },
      spec: { metrics: [{ name: 'rate', successCondition: 'result > 0.9', provider }] },
      status: { phase: 'Failed', metricResults: [{ name: 'rate', phase: 'Failed', failed: 1 }] },
    },
    AROUND,
    { why: [], events: undefined },
  );
  t.regex(text, /^Metric rate: +successCondition: result > 0\.9$/m);
});
