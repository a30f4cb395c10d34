// Blue and green: the new version is made whole, then all traffic moves at once. The toy world with all controllers.
import test from 'ava';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { World } from '../../engine/toy-world.ts';
import {
  abortedByUser,
  aRollout,
  leadsTo,
  promoted,
  proxiesConfirm,
  released,
  releasedAfter,
  releaseWorld,
  sizesIn,
  splitIn,
  statusIn,
  weightIn,
  withImage,
} from './toy-rollouts.ts';

type BlueGreen = NonNullable<Rollout['spec']['strategy']['blueGreen']>;

function started(blueGreen: Partial<BlueGreen> = {}): World {
  const strategy = { blueGreen: { activeService: 'web', previewService: 'web-canary', ...blueGreen } };
  return released(releaseWorld(aRollout(strategy)));
}

test('a new version is promoted by itself, and the old one keeps its pods for a while', (t) => {
  const world = released(withImage(started(), 'web:2'));
  t.is(statusIn(world).phase, 'Healthy', JSON.stringify(statusIn(world)));
  t.is(leadsTo(world, 'web'), 'web:2');
  t.is(statusIn(world).blueGreen?.activeSelector, statusIn(world).currentPodHash);
  t.deepEqual(sizesIn(world), { 'web:1': 4, 'web:2': 4 });
  t.deepEqual(sizesIn(releasedAfter(world, 31)), { 'web:1': 0, 'web:2': 4 });
});

test('without autoPromotionEnabled it waits for somebody, small if it is told so', (t) => {
  const waiting = released(
    withImage(started({ autoPromotionEnabled: false, previewReplicaCount: 1 }), 'web:2'),
  );
  t.is(statusIn(waiting).phase, 'Paused', JSON.stringify(statusIn(waiting)));
  t.is(statusIn(waiting).message, 'BlueGreenPause');
  t.is(leadsTo(waiting, 'web'), 'web:1');
  t.is(leadsTo(waiting, 'web-canary'), 'web:2');
  t.is(weightIn(waiting), 0);
  t.deepEqual(sizesIn(waiting), { 'web:1': 4, 'web:2': 1 });
  const done = released(promoted(waiting));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(leadsTo(done, 'web'), 'web:2');
});

test('autoPromotionSeconds are a pause before it is promoted by itself; where people have to say so they do not count', (t) => {
  const waiting = released(withImage(started({ autoPromotionSeconds: 60 }), 'web:2'));
  t.is(statusIn(waiting).phase, 'Paused');
  t.is(statusIn(waiting).message, 'BlueGreenPause');
  t.is(statusIn(releasedAfter(waiting, 30)).phase, 'Paused');
  t.is(statusIn(releasedAfter(waiting, 61)).phase, 'Healthy');
  t.is(statusIn(released(promoted(waiting))).phase, 'Healthy');
  const asked = { autoPromotionEnabled: false, autoPromotionSeconds: 60 };
  const kept = releasedAfter(released(withImage(started(asked), 'web:2')), 61);
  t.is(statusIn(kept).phase, 'Paused', 'as in Argo Rollouts');
});

test('back to a version within rollbackWindow nobody is asked', (t) => {
  const blueGreen = {
    ...{ activeService: 'web', previewService: 'web-canary' },
    ...{ autoPromotionEnabled: false, previewReplicaCount: 1 },
  };
  const backIn = (revisions: number): World => {
    const spec = { rollbackWindow: { revisions } };
    let world = released(releaseWorld(aRollout({ blueGreen }, spec)));
    for (const image of ['web:2', 'web:3']) world = released(promoted(released(withImage(world, image))));
    return released(withImage(world, 'web:1'));
  };
  t.is(statusIn(backIn(1)).phase, 'Paused');
  const back = backIn(2);
  t.is(statusIn(back).phase, 'Healthy', JSON.stringify(statusIn(back)));
  t.is(statusIn(back).promoteFull, undefined);
  t.is(leadsTo(back, 'web'), 'web:1');
});

test('an abort before the switch leaves the old version alone', (t) => {
  const waiting = released(withImage(started({ autoPromotionEnabled: false }), 'web:2'));
  const world = releasedAfter(released(abortedByUser(waiting)), 31);
  t.is(statusIn(world).phase, 'Degraded');
  t.deepEqual(sizesIn(world), { 'web:1': 4, 'web:2': 0 });
  t.is(leadsTo(world, 'web'), 'web:1');
});

test('without a preview Service the selector is the switch', (t) => {
  const start = released(releaseWorld(aRollout({ blueGreen: { activeService: 'web' } })));
  t.is(splitIn(start), undefined);
  const world = released(withImage(start, 'web:2'));
  t.is(statusIn(world).phase, 'Healthy', JSON.stringify(statusIn(world)));
  t.is(leadsTo(world, 'web'), 'web:2');
  t.deepEqual(sizesIn(releasedAfter(world, 31)), { 'web:1': 0, 'web:2': 4 });
});

test('without a preview Service the old version stays until the proxies have left it, however short its delay', (t) => {
  const strategy = { blueGreen: { activeService: 'web', scaleDownDelaySeconds: 0 } };
  const start = released(releaseWorld(aRollout(strategy)));
  const switched = released(withImage(start, 'web:2'), { nodes: ['n1'] });
  t.is(leadsTo(switched, 'web'), 'web:2');
  t.deepEqual(sizesIn(switched), { 'web:1': 4, 'web:2': 4 });
  t.is(statusIn(switched).phase, 'Progressing');
  t.true(statusIn(switched).reasons?.some((reason) => reason.includes('n2')));
  t.deepEqual(sizesIn(released(proxiesConfirm(switched))), { 'web:1': 0, 'web:2': 4 });
});

test('a version that never becomes ready is never switched to', (t) => {
  const world = releasedAfter(released(withImage(started(), 'web:2'), { broken: ['web:2'] }), 700, {
    broken: ['web:2'],
  });
  t.is(leadsTo(world, 'web'), 'web:1');
  t.is(weightIn(world), 0);
  t.is(statusIn(world).phase, 'Degraded');
  t.regex(statusIn(world).message ?? '', /^ProgressDeadlineExceeded/);
});
