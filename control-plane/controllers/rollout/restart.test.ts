import { timeText } from '@gantry/kit/time-text';
import test from 'ava';
import { podsOf, running } from '../../engine/toy-pods.ts';
import { later, type World } from '../../engine/toy-world.ts';
import type { Witness } from '../../engine/settle.ts';
import { createdAtMs, isActive, isReady } from '../pod-condition.ts';
import {
  aCanary,
  aRollout,
  edited,
  released,
  releaseWorld,
  statusIn,
  weightIn,
  withImage,
} from './toy-rollouts.ts';

const STEPS = [{ setWeight: 50 }, { pause: {} }];

const podsWith = (world: World, image: string) =>
  podsOf(world).filter((pod) => isActive(pod) && pod.spec.containers[0]?.image === image);

/** A minute later, a user asks for a restart. */
function restarted(world: World): World {
  const at = later(world, 60_000);
  return edited(at, (spec) => ({ ...spec, restartAt: timeText(at.nowMs) }));
}

/** The fewest ready pods of each image after any action. */
function fewest(images: readonly string[]): { witness: Witness; seen: Map<string, number> } {
  const seen = new Map<string, number>();
  const witness: Witness = (world) => {
    for (const image of images) {
      const ready = podsWith(world, image).filter(isReady).length;
      seen.set(image, Math.min(ready, seen.get(image) ?? ready));
    }
  };
  return { witness, seen };
}

test('a restart in the middle of an update takes one pod of a version at a time, however many the versions have together', (t) => {
  const paused = released(withImage(released(releaseWorld(aRollout(aCanary({ steps: STEPS })))), 'web:2'));
  const { witness, seen } = fewest(['web:1', 'web:2']);
  const world = released(restarted(paused), { witness });
  t.deepEqual(
    [...seen],
    [
      ['web:1', 3],
      ['web:2', 1],
    ],
  );
  t.true(podsOf(world).every((pod) => createdAtMs(pod) >= paused.nowMs + 60_000));
  t.is(statusIn(world).restartedAt, timeText(paused.nowMs + 60_000));
  t.is(weightIn(world), 50);
});

test('pods that do not serve are replaced whatever is missing, those that do wait', (t) => {
  let world = released(releaseWorld(aRollout(aCanary())));
  for (const pod of podsOf(world).slice(0, 2)) world = running(world, pod, false);
  const { witness, seen } = fewest(['web:1']);
  const done = released(restarted(world), { witness });
  t.is(seen.get('web:1'), 2);
  t.is(podsWith(done, 'web:1').filter(isReady).length, 4);
  t.truthy(statusIn(done).restartedAt);
});

/** Found by chance: the pass that gave pods the part's labels also deleted them, and so was refused as a whole. */
test('a restart and a change of part in one pass', (t) => {
  const strategy = aCanary({ canaryMetadata: { labels: { role: 'canary' } } });
  const start = later(released(withImage(released(releaseWorld(aRollout(strategy))), 'web:2')), 60_000);
  const labelled = edited(start, (spec) => ({
    ...spec,
    strategy: aCanary({ stableMetadata: { labels: { role: 'stable' } } }),
    restartAt: timeText(start.nowMs),
  }));
  const done = released(labelled);
  t.true(podsWith(done, 'web:2').every(({ metadata }) => metadata.labels?.role === 'stable'));
  t.is(statusIn(done).restartedAt, timeText(start.nowMs));
});
