// What `gantry describe experiment` prints.
import test from 'ava';
import { describeObject } from './describe-object.ts';

const AROUND = { pods: [], replicaSets: [], endpointSlices: [], nowMs: Date.parse('2026-01-01T00:01:00Z') };

test('an Experiment: each template with its figures and hash, each analysis, and what it waits for', (t) => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
  const text = describeObject(
    {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'Experiment',
      metadata: { name: 'ab', namespace: 'shop' },
      spec: {
        duration: '10m',
        templates: [
          { name: 'baseline', replicas: 2, template },
          { name: 'canary', template },
        ],
        analyses: [{ name: 'good', templateName: 'answers', requiredForCompletion: true }],
      },
      status: {
        phase: 'Running',
        availableAt: '2026-01-01T00:00:00.000Z',
        reasons: ['all templates are available'],
        templateStatuses: [
          {
            ...{ name: 'baseline', status: 'Running', readyReplicas: 2, availableReplicas: 1 },
            ...{ podTemplateHash: 'abc', serviceName: 'old' },
          },
        ],
        analysisRuns: [{ name: 'good', analysisRun: 'ab-good', phase: 'Running', message: 'all well' }],
      },
    },
    AROUND,
    { why: [], events: undefined },
  );
  for (const line of [
    /^Status: +Running$/m,
    /^Duration: +10m$/m,
    /^ +baseline +Running +2 +2 +1 +abc +old/m,
    /^ +canary +Progressing +1 +0 +0 +<none> +<none>/m,
    /^ +good +Running +yes +ab-good +all well$/m,
    /^Waits: +all templates are available$/m,
  ])
    t.regex(text, line);
});
