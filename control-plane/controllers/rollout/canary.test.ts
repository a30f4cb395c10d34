// A canary whose traffic is split, from the first version to the next: the toy world with all controllers of a release.
import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { serviceKind } from '@gantry/api/kinds/service';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import { aRunningPod } from '../endpoint-slice/toy-service.ts';
import {
  abortedByUser,
  aCanary,
  aRollout,
  edited,
  leadsTo,
  patched,
  promoted,
  released,
  releasedAfter,
  releaseWorld,
  retried,
  sizesIn,
  statusIn,
  WEB,
  weightIn,
  withImage,
} from './toy-rollouts.ts';

const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: '30s' } }];

test('the first version takes all traffic without steps', (t) => {
  const world = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const { phase, stableRS, currentPodHash, currentStepIndex, message } = statusIn(world);
  t.is(phase, 'Healthy', message);
  t.is(stableRS, currentPodHash);
  t.is(currentStepIndex, STEPS.length);
  t.is(leadsTo(world, 'web'), 'web:1');
  t.is(weightIn(world), 0);
  t.deepEqual(sizesIn(world), { 'web:1': 4 });
});

for (const [what, strategy] of [
  ['a canary', aCanary()],
  ['one Service alone', { blueGreen: { activeService: 'web' } }],
] as const)
  test(`a first version that answers without being stable yet is kept until the next one has pods: ${what}`, (t) => {
    const first = released(releaseWorld(aRollout(strategy, { minReadySeconds: 30 })));
    t.is(statusIn(first).stableRS ?? '', '');
    t.is(leadsTo(first, 'web'), 'web:1');
    const second = released(withImage(first, 'web:2'), { broken: ['web:2'] });
    t.is(leadsTo(second, 'web'), 'web:1');
    t.deepEqual(sizesIn(second), { 'web:1': 4, 'web:2': 4 });
    t.true(statusIn(second).reasons?.some((reason) => reason.startsWith('waiting for 4 of 4 new pods')));
    const done = releasedAfter(released(second), 31);
    t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
    t.is(leadsTo(done, 'web'), 'web:2');
    t.is(sizesIn(releasedAfter(done, 31))['web:1'] ?? 0, 0);
  });

test('a Service that still leads by its own selector alone keeps its pods until another version has some', (t) => {
  const first = released(releaseWorld(aRollout(aCanary(), { minReadySeconds: 30 })));
  const unled = withChange(first, serviceKind, WEB, (service) => ({
    ...service,
    spec: { ...service.spec, selector: { app: 'web' } },
  }));
  const second = released(withImage(unled, 'web:2'), { broken: ['web:2'] });
  t.deepEqual(sizesIn(second), { 'web:1': 4, 'web:2': 4 });
});

test('a version that is gone back to keeps its pods while a proxy may know no others', (t) => {
  const first = released(releaseWorld(aRollout(aCanary({ steps: STEPS }), { minReadySeconds: 30 })));
  const pending = released(withImage(first, 'web:2'), { nodes: ['n1'] });
  const second = releasedAfter(pending, 31, { nodes: ['n1'] });
  t.is(statusIn(second).stableRS, statusIn(second).currentPodHash);
  t.is(leadsTo(second, 'web'), 'web:2');
  const undone = released(withImage(second, 'web:1'), { nodes: ['n1'] });
  t.deepEqual(sizesIn(undone), { 'web:1': 4, 'web:2': 4 });
  t.deepEqual(sizesIn(released(undone)), { 'web:1': 1, 'web:2': 4 });
});

test('a canary goes from step to step and ends as the stable version', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const first = released(withImage(start, 'web:2'));
  t.is(statusIn(first).phase, 'Paused', statusIn(first).message);
  t.is(statusIn(first).currentStepIndex, 1);
  t.is(weightIn(first), 25);
  t.deepEqual(sizesIn(first), { 'web:1': 4, 'web:2': 1 });
  t.is(leadsTo(first, 'web-canary'), 'web:2');
  const second = released(promoted(first));
  t.is(weightIn(second), 50);
  t.is(statusIn(second).currentStepIndex, 3);
  t.deepEqual(sizesIn(second), { 'web:1': 4, 'web:2': 2 });
  const last = releasedAfter(second, 31);
  t.is(statusIn(last).phase, 'Healthy', JSON.stringify(statusIn(last)));
  t.is(leadsTo(last, 'web'), 'web:2');
  t.is(weightIn(last), 0);
  t.deepEqual(sizesIn(last), { 'web:1': 4, 'web:2': 4 });
  t.deepEqual(sizesIn(releasedAfter(last, 31)), { 'web:1': 0, 'web:2': 4 });
});

test('an abort takes all traffic back, then the pods; a retry begins anew', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const paused = released(withImage(start, 'web:2'));
  const aborted = released(abortedByUser(paused));
  t.is(statusIn(aborted).phase, 'Degraded');
  t.regex(statusIn(aborted).message ?? '', /^RolloutAborted: Rollout aborted update to revision 2/);
  t.is(weightIn(aborted), 0);
  t.deepEqual(sizesIn(aborted), { 'web:1': 4, 'web:2': 1 });
  const later = releasedAfter(aborted, 31);
  t.deepEqual(sizesIn(later), { 'web:1': 4, 'web:2': 0 });
  const again = released(retried(later));
  t.is(weightIn(again), 25);
  t.is(statusIn(again).attempt, 1);
});

test('back to the stable template in the middle: all steps are passed over', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const back = released(withImage(released(withImage(start, 'web:2')), 'web:1'));
  t.is(statusIn(back).phase, 'Healthy', JSON.stringify(statusIn(back)));
  t.is(weightIn(back), 0);
  t.deepEqual(sizesIn(back), { 'web:1': 4, 'web:2': 0 });
});

test('another version in the middle begins at the first step, after the traffic of the one before', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const next = released(withImage(released(withImage(start, 'web:2')), 'web:3'));
  t.is(statusIn(next).currentStepIndex, 1);
  t.is(weightIn(next), 25);
  t.is(leadsTo(next, 'web-canary'), 'web:3');
  t.deepEqual(sizesIn(next), { 'web:1': 4, 'web:2': 0, 'web:3': 1 });
});

test('a step that people pass over takes its pause with it', (t) => {
  const steps = [
    { setWeight: 25 },
    { pause: {} },
    { pause: { duration: '30s' } },
    { setWeight: 50 },
    { pause: {} },
  ];
  const start = released(releaseWorld(aRollout(aCanary({ steps }))));
  const paused = released(withImage(start, 'web:2'));
  const later = releasedAfter(paused, 60);
  const next = released(patched(later, (status) => ({ ...status, currentStepIndex: 2 })));
  t.is(statusIn(next).currentStepIndex, 2);
  t.is(weightIn(next), 25);
  t.is(weightIn(releasedAfter(next, 31)), 50);
});

test('nothing goes on while a proxy has not confirmed', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const world = released(withImage(start, 'web:2'), { nodes: ['n1'] });
  t.true(
    statusIn(world).reasons?.some((reason) => reason.includes('n2')),
    JSON.stringify(statusIn(world)),
  );
  t.is(statusIn(world).phase, 'Progressing');
});

test('a scale of 0 does not take the last pod while the version has traffic', (t) => {
  const steps = [{ setWeight: 25 }, { setCanaryScale: { replicas: 0 } }, { pause: {} }];
  const world = released(withImage(released(releaseWorld(aRollout(aCanary({ steps })))), 'web:2'));
  t.is(weightIn(world), 25);
  t.deepEqual(sizesIn(world), { 'web:1': 4, 'web:2': 1 });
});

test('back to a version within rollbackWindow all steps are passed over', (t) => {
  const strategy = aCanary({ steps: [{ setWeight: 20 }, { pause: {} }] });
  const backIn = (revisions: number): World => {
    let world = released(releaseWorld(aRollout(strategy, { rollbackWindow: { revisions } })));
    for (const image of ['web:2', 'web:3']) world = released(promoted(released(withImage(world, image))));
    return released(withImage(world, 'web:1'));
  };
  t.is(statusIn(backIn(1)).phase, 'Paused');
  t.is(statusIn(backIn(2)).phase, 'Healthy');
});

test('a full promotion lifts an abort, as in Argo Rollouts; an abort in the middle of one holds', (t) => {
  const fully = (world: World): World => patched(world, (status) => ({ ...status, promoteFull: true }));
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const aborted = released(abortedByUser(released(withImage(start, 'web:2'))));
  t.is(statusIn(aborted).phase, 'Degraded');
  const done = released(fully(aborted));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(leadsTo(done, 'web'), 'web:2');
  const both = released(abortedByUser(fully(released(withImage(start, 'web:2')))));
  t.is(statusIn(both).phase, 'Degraded');
  t.is(leadsTo(both, 'web'), 'web:1');
});

test('spec.paused is told before the pause of a step', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const paused = released(withImage(start, 'web:2'));
  t.is(statusIn(paused).message, 'CanaryPauseStep');
  t.is(statusIn(released(edited(paused, (spec) => ({ ...spec, paused: true })))).message, 'manually paused');
});

test('an abort by the deadline tells what kept the pods, and waits for them no more', (t) => {
  const spec = { progressDeadlineSeconds: 20, progressDeadlineAbort: true };
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }), spec)));
  const course = { broken: ['web:2'] };
  const late = releasedAfter(released(withImage(start, 'web:2'), course), 30, course);
  const { abort, abortMessage = '', reasons = [] } = statusIn(late);
  t.true(abort);
  t.regex(abortMessage, /^no progress for 20 s \(progressDeadlineSeconds\): waiting to be given a node$/);
  t.is(reasons.length, 1, JSON.stringify(reasons));
});

for (const [what, strategy] of [
  ['a canary', aCanary()],
  ['one Service alone', { blueGreen: { activeService: 'web' } }],
] as const)
  test(`a Service that leads to a Deployment's pods keeps them until the first version has its own: ${what}`, (t) => {
    const former = withObject(releaseWorld(aRollout(strategy)), podKind, aRunningPod(1));
    const hashOf = (world: World): string | undefined =>
      readerOf(world).get(serviceKind, WEB)?.spec.selector?.[HASH_LABEL];
    const waiting = released(former, { broken: ['web:1'] });
    t.is(hashOf(waiting), undefined);
    t.is(statusIn(waiting).phase, 'Progressing');
    t.is(leadsTo(released(waiting), 'web'), 'web:1');
  });

test('scaled to no pods in the middle no version keeps any; scaled up again it goes on where it was', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));
  const paused = released(withImage(start, 'web:2'));
  const none = released(edited(paused, (spec) => ({ ...spec, replicas: 0 })));
  t.deepEqual(sizesIn(none), { 'web:1': 0, 'web:2': 0 });
  const again = released(edited(none, (spec) => ({ ...spec, replicas: 4 })));
  t.deepEqual(sizesIn(again), { 'web:1': 4, 'web:2': 1 });
  t.is(statusIn(again).currentStepIndex, 1);
  t.is(weightIn(again), 25);
});
