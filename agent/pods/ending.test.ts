// When the end of a pod begins, and what it waits for.
import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import { TRAFFIC_ANNOTATION } from '@gantry/api/traffic-mark';
import { NOW_MS, toyPod } from '../toy/toy-observed.ts';
import { endingOf, TRAFFIC_WAIT_MAX_MS, vanishedEnding } from './ending.ts';

function deleted(mark: string | undefined, graceSeconds = 30): Pod {
  const pod = toyPod();
  const annotations = mark === undefined ? {} : { [TRAFFIC_ANNOTATION]: mark };
  return { ...pod, metadata: { ...pod.metadata, annotations, deletionGracePeriodSeconds: graceSeconds } };
}

test('a pod that no Service leads to ends at once', (t) => {
  t.deepEqual(endingOf(deleted(undefined), undefined, NOW_MS), {
    ...{ cause: 'deleted', graceSeconds: 30, sinceMs: NOW_MS },
  });
});

test('one that has a mark is held until the mark says so, but not for ever', (t) => {
  const first = endingOf(deleted('published'), undefined, NOW_MS);
  t.is(first.holdUntilMs, NOW_MS + TRAFFIC_WAIT_MAX_MS);
  const second = endingOf(deleted('withdrawing:5'), first, NOW_MS + 100);
  t.is(second.holdUntilMs, NOW_MS + TRAFFIC_WAIT_MAX_MS, 'the wait does not begin anew');
  const third = endingOf(deleted('withdrawn'), second, NOW_MS + 200);
  t.is(third.holdUntilMs, NOW_MS + 200);
  t.is(third.sinceMs, NOW_MS);
  t.is(endingOf(deleted('withdrawn'), third, NOW_MS + 900).holdUntilMs, NOW_MS + 200);
});

test('no grace, no wait; a shorter grace later counts, a longer one does not', (t) => {
  t.is(endingOf(deleted('published', 0), undefined, NOW_MS).holdUntilMs, undefined);
  const first = endingOf(deleted('published'), undefined, NOW_MS);
  t.like(endingOf(deleted('published', 0), first, NOW_MS + 5), { graceSeconds: 0, holdUntilMs: NOW_MS + 5 });
  t.like(endingOf(deleted('published', 60), first, NOW_MS + 5), { graceSeconds: 30, sinceMs: NOW_MS });
});

test('a pod that the API has no more waits for nobody', (t) => {
  const first = endingOf(deleted('published'), undefined, NOW_MS);
  t.deepEqual(vanishedEnding(first, 30, NOW_MS + 10), {
    ...{ cause: 'vanished', graceSeconds: 30, sinceMs: NOW_MS, holdUntilMs: NOW_MS + 10 },
  });
  t.deepEqual(vanishedEnding(undefined, 5, NOW_MS), { cause: 'vanished', graceSeconds: 5, sinceMs: NOW_MS });
});
