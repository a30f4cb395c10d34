import test from 'ava';
import { aPicture, aRollout, aTemplate, PAUSED } from '../toy-picture.ts';
import { abortion } from '@gantry/api/rollout/steer/abort';
import { historyText, revisionToUndo } from './history.ts';
import { pausing } from '@gantry/api/rollout/steer/pause';
import { promoteFlagsProblem, promotion } from '@gantry/api/rollout/steer/promote';
import { restarting } from '@gantry/api/rollout/steer/restart';
import { resumption } from '@gantry/api/rollout/steer/resume';
import { retrial } from '@gantry/api/rollout/steer/retry';
import { imageChange, parseNewImages } from './set-image.ts';
import type { Steering } from '@gantry/api/rollout/steer/steering';
import { undoing } from '@gantry/api/rollout/steer/undo';

const bodies = (steering: Steering): unknown =>
  steering.type === 'nothing'
    ? steering.why
    : steering.patches.map(({ body, subresource = 'spec' }) => [subresource, body]);
const paused = aRollout(PAUSED);
const { pauseConditions: _, ...walking } = PAUSED;
const going = aRollout({ ...walking, phase: 'Progressing' });
const aborted = aRollout({ ...PAUSED, phase: 'Degraded', abort: true });
const healthy = aRollout({ phase: 'Healthy', stableRS: 'bbb', currentPodHash: 'bbb' });

const cases: [string, Steering, unknown][] = [
  ['promote: a pause', promotion(paused, {}), [['status', { status: { pauseConditions: null } }]]],
  [
    'promote: spec.paused as well',
    promotion(aRollout(PAUSED, { paused: true }), {}),
    [
      ['status', { status: { pauseConditions: null } }],
      ['spec', { spec: { paused: false } }],
    ],
  ],
  ['promote: not paused', promotion(going, {}), 'is not paused: it is at step 2 of 5 (pause)'],
  ['promote: full', promotion(going, { full: true }), [['status', { status: { promoteFull: true } }]]],
  [
    'promote: a step',
    promotion(going, { skipCurrentStep: true }),
    [['status', { status: { currentStepIndex: 2 } }]],
  ],
  [
    'promote: a step that pauses',
    promotion(paused, { skipCurrentStep: true }),
    [['status', { status: { pauseConditions: null, currentStepIndex: 2 } }]],
  ],
  [
    'promote: all steps',
    promotion(going, { skipAllSteps: true }),
    [['status', { status: { currentStepIndex: 5 } }]],
  ],
  ['promote: aborted', promotion(aborted, {}), 'the update is aborted: there is nothing to promote'],
  [
    'promote: aborted, fully',
    promotion(aborted, { full: true }),
    [['status', { status: { promoteFull: true } }]],
  ],
  [
    'promote: aborted with another one, fully',
    promotion(aRollout({ ...PAUSED, abort: true, abortedBy: 'base' }), { full: true }),
    'was aborted together with Rollout base, and begins anew with it',
  ],
  ['promote: done', promotion(healthy, { full: true }), 'already fully promoted'],
  ['abort', abortion(going), [['status', { status: { abort: true } }]]],
  ['abort: again', abortion(aborted), 'already aborted'],
  ['abort: nothing', abortion(healthy), 'no update is under way'],
  [
    'abort: the first version',
    abortion(aRollout({ phase: 'Progressing', currentPodHash: 'bbb' })),
    'its first version has no stable one before it: there is nothing to give the traffic back to',
  ],
  ['retry', retrial(aborted), [['status', { status: { abort: false } }]]],
  ['retry: nothing', retrial(going), 'is not aborted: there is nothing to retry'],
  ['pause', pausing(going), [['spec', { spec: { paused: true } }]]],
  ['pause: again', pausing(aRollout({}, { paused: true })), 'already paused'],
  ['resume', resumption(aRollout({}, { paused: true })), [['spec', { spec: { paused: false } }]]],
  [
    'resume: a step pauses',
    resumption(paused),
    'is not paused by spec.paused, but waits by itself (CanaryPauseStep)',
  ],
  ['restart', restarting(going, 1_000), [['spec', { spec: { restartAt: '1970-01-01T00:00:01Z' } }]]],
];
for (const [name, steering, expected] of cases)
  test(name, (t) => {
    t.deepEqual(bodies(steering), expected);
  });

test('flags that do not go together', (t) => {
  t.is(promoteFlagsProblem({ full: true, force: true }), undefined);
  t.is(promoteFlagsProblem({ force: true }), '--force goes with --full.');
  t.is(
    promoteFlagsProblem({ skipAllSteps: true, skipCurrentStep: true }),
    'Use only one of --skip-current-step and --skip-all-steps.',
  );
});

test('undo: the template as it was written; history lists what there is', (t) => {
  const picture = aPicture(healthy);
  const undo = (wanted?: number) => undoing(picture.rollout, revisionToUndo(picture, wanted));
  const change = undo();
  t.deepEqual(change.type === 'change' && change.operations, [
    { op: 'replace', path: '/spec/template', value: aTemplate('web:1') },
  ]);
  t.is(undo(2).type, 'nothing');
  const error = t.throws(() => undo(9), { message: 'There is no revision 9.' });
  t.is((error as Error & { nextStep?: string }).nextStep, 'Revisions that are kept: 1, 2.');
  t.is(
    historyText(picture),
    `REVISION   ROLE     IMAGES   REPLICASET   CHANGE-CAUSE
1          <none>   web:1    web-aaa      <none>
2          stable   web:2    web-bbb      <none>
`,
  );
});

test('set-image: only what changes, and only while the container is where it was', (t) => {
  const wanted = parseNewImages(['*=web:3']);
  t.deepEqual(imageChange(aTemplate('web:2'), wanted), {
    type: 'change',
    operations: [
      { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'main' },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:3' },
    ],
    done: 'container main has image web:3',
  });
  t.is(imageChange(aTemplate('web:3'), wanted).type, 'nothing');
  t.throws(() => parseNewImages(['main']), { message: '"main" is not CONTAINER=IMAGE.' });
});
