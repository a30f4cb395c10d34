import test from 'ava';
import { rolloutProgress } from './rollout-progress.ts';

const deployment = (status: object, replicas = 3) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', generation: 2 },
  spec: { replicas },
  status,
});

const cases: [string, object, RegExp, boolean, boolean][] = [
  ['not seen', { observedGeneration: 1 }, /not been seen/, false, false],
  [
    'making new ones',
    { observedGeneration: 2, updatedReplicas: 1, replicas: 4 },
    /1 of 3 new replicas have been made/,
    false,
    false,
  ],
  [
    'ending old ones',
    { observedGeneration: 2, updatedReplicas: 3, replicas: 4 },
    /1 old replicas are still ending/,
    false,
    false,
  ],
  [
    'becoming available',
    { observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 2 },
    /2 of 3 new replicas are available/,
    false,
    false,
  ],
  [
    'done',
    { observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
    /successfully/,
    true,
    false,
  ],
  [
    'stuck',
    {
      observedGeneration: 2,
      conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'no news' }],
    },
    /progress deadline: no news/,
    false,
    true,
  ],
];
for (const [name, status, sentence, done, failed] of cases) {
  test(`a Deployment: ${name}`, (t) => {
    const progress = rolloutProgress(deployment(status));
    t.regex(progress.sentence, sentence);
    t.is(progress.done, done);
    t.is(progress.failed, failed);
  });
}

test('a DaemonSet is done when every node has the new version', (t) => {
  const daemonSet = (updated: number, available: number) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'log', generation: 1 },
    spec: {},
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: 2,
      updatedNumberScheduled: updated,
      numberAvailable: available,
    },
  });
  t.regex(rolloutProgress(daemonSet(1, 1)).sentence, /1 of 2 pods are of the new version/);
  t.regex(rolloutProgress(daemonSet(2, 1)).sentence, /1 of 2 new pods are available/);
  t.true(rolloutProgress(daemonSet(2, 2)).done);
});
