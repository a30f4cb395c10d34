import test from 'ava';
import { serviceKind } from '@gantry/api/kinds/service';
import { withDeletion, type World } from '../../engine/toy-world.ts';
import {
  abortedByUser,
  aCanary,
  aRollout,
  patched,
  promoted,
  released,
  releaseWorld,
  retried,
  statusIn,
  withImage,
} from './toy-rollouts.ts';

const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }];
const TOLD = /^(Rollout|InvalidSpec)/;

const notesIn = ({ events }: World, from: World): string[] =>
  events
    .slice(from.events.length)
    .filter(({ reason }) => TOLD.test(reason))
    .map(({ severity, reason, message }) => `${severity} ${reason}: ${message}`);

const start = (): World => released(releaseWorld(aRollout(aCanary({ steps: STEPS }))));

test('an update is told step by step, each thing once', (t) => {
  const first = start();
  const paused = released(withImage(first, 'web:2'));
  t.deepEqual(notesIn(paused, first), [
    'Normal RolloutUpdated: Rollout updated to revision 2',
    'Normal RolloutStepCompleted: Rollout step 1/3 completed (setWeight 25)',
    'Normal RolloutPaused: Rollout is paused (CanaryPauseStep)',
  ]);
  const done = released(promoted(paused));
  t.deepEqual(notesIn(done, paused), [
    'Normal RolloutStepCompleted: Rollout step 2/3 completed (pause)',
    'Normal RolloutStepCompleted: Rollout step 3/3 completed (setWeight 50)',
    `Normal RolloutCompleted: Rollout completed update to revision 2 (${statusIn(done).stableRS})`,
  ]);
});

test('an abort is told each time, steps that are passed over are not', (t) => {
  const paused = released(withImage(start(), 'web:2'));
  const aborted = released(abortedByUser(paused));
  const told = 'Warning RolloutAborted: Rollout aborted update to revision 2: by a user';
  t.deepEqual(notesIn(aborted, paused), [told]);
  const again = released(retried(aborted));
  t.is(notesIn(released(abortedByUser(again)), again)[0], told);
  const fully = released(patched(again, (status) => ({ ...status, promoteFull: true })));
  t.deepEqual(
    notesIn(fully, again).map((note) => note.split(':')[0]),
    ['Normal RolloutCompleted'],
  );
});

test('what is wrong with a spec is told once', (t) => {
  const before = start();
  const world = released(withDeletion(before, serviceKind, { namespace: 'default', name: 'web-canary' }, {}));
  t.deepEqual(notesIn(world, before), [
    'Warning InvalidSpec: spec.strategy.canary.canaryService: Service web-canary does not exist: create it, or name another one',
  ]);
});

test('a Rollout that is applied before its Services is no trouble', (t) => {
  const without = withDeletion(
    releaseWorld(aRollout(aCanary({ steps: STEPS }))),
    serviceKind,
    { namespace: 'default', name: 'web' },
    {},
  );
  const world = released(without);
  t.is(statusIn(world).phase, 'Degraded');
  t.deepEqual(notesIn(world, without), ['Normal RolloutUpdated: Rollout updated to revision 1']);
});
