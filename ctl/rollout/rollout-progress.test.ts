import test from 'ava';
import type { Explanation } from '@gantry/api/explanation';
import { progressText, rolloutProgress, rolloutWaits } from './rollout-progress.ts';

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

const explanation = (...reasons: [{ type: string }, string][]): Explanation => ({
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'Explanation',
  metadata: {},
  involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  controller: 'deployment',
  reasons: reasons.map(([reason]) => reason),
  sentences: reasons.map(([, sentence]) => sentence),
  time: '2026-01-01T00:00:00Z',
});
const notReady = (details: object): [{ type: string }, string] => [
  { type: 'pods-not-ready', ...details },
  'a longer sentence',
];

test('what a rollout waits for: pods by cause, refusals; not how far it is', (t) => {
  const far = explanation([
    { type: 'waiting-for-available' },
    'waiting for 2 of 2 new pods to become available',
  ]);
  const pulling = notReady({ pods: 2, of: 'web-5d9', cause: 'image pull back-off' });
  const refused: [{ type: string }, string] = [{ type: 'changes-refused' }, 'the last attempt failed: quota'];
  t.is(rolloutWaits([far]), '');
  t.is(rolloutWaits([far, explanation(pulling)]), '2 pods of web-5d9 not ready (image pull back-off)');
  t.is(
    rolloutWaits([explanation(refused, notReady({ pods: 1, cause: 'starting' }))]),
    'the last attempt failed: quota, 1 pod not ready (starting)',
  );
  const progress = { done: false, failed: false, sentence: '0 of 2 new replicas are available' };
  t.is(progressText(progress, ''), '0 of 2 new replicas are available');
  t.is(
    progressText(progress, '2 pods of web-5d9 not ready (image pull back-off)'),
    '0 of 2 new replicas are available; waiting: 2 pods of web-5d9 not ready (image pull back-off)',
  );
  t.is(progressText({ ...progress, done: true }, 'stale'), progress.sentence);
});
