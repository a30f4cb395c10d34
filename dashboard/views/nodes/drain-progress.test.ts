// How a drain goes on.
import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import { drainedPods, drainLines, isDone, withState } from './drain-progress.ts';

const pod = (uid: string): Pod =>
  ({
    metadata: { uid, name: uid, namespace: 'shop' },
    spec: { terminationGracePeriodSeconds: 5 },
  }) as unknown as Pod;

test('pods wait, are asked, go; what is refused comes first and says why', (t) => {
  let pods: readonly ReturnType<typeof drainedPods>[number][] = drainedPods([
    pod('a'),
    pod('b'),
    pod('c'),
    pod('d'),
  ]);
  pods = withState(pods, 'b', { type: 'asked' });
  pods = withState(pods, 'c', { type: 'refused', why: 'it must not be disrupted' });
  const lines = drainLines(pods, new Set(['a', 'b', 'c']));
  t.deepEqual(
    lines.map(({ pod: { name }, word, why }) => [name, word, why]),
    [
      ['c', 'Refused', 'it must not be disrupted'],
      ['b', 'Stopping', 'has up to 5 s to end'],
      ['a', 'Waits', 'is evicted next'],
      ['d', 'Gone', ''],
    ],
  );
  t.false(isDone(lines));
  t.true(isDone(drainLines(pods, new Set(['c']))));
  t.true(isDone([]));
});
