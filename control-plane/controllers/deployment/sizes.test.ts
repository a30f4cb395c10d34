import test from 'ava';
import { aDeployment, aReplicaSet, aTemplate } from '../toy-workloads.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './annotations.ts';
import type { Fleet, Member } from './fleet.ts';
import { isScaling, scaledSizes } from './proportional-sizes.ts';
import { rolloutLimits } from './rollout-limits.ts';
import { currentSize, oldSizes } from './sizes.ts';

/** [size, available, active] of each ReplicaSet; active is the size unless told otherwise. */
type Figures = [size: number, available: number, active?: number];

function member(name: string, [size, available, active = size]: Figures, recorded?: number): Member {
  const annotations =
    recorded === undefined ? {} : { [DESIRED_REPLICAS]: String(recorded), [MAX_REPLICAS]: String(recorded) };
  const replicaSet = aReplicaSet({ replicas: size, template: aTemplate(name) }, { name, annotations });
  return { replicaSet, name, size, active, ready: available, available, terminating: 0, unfinished: active };
}

function fleet(
  replicas: number,
  limits: [maxSurge: number, maxUnavailable: number],
  current: Figures | undefined,
  old: Figures[],
  recorded?: number,
): Fleet {
  const now = current === undefined ? undefined : member('new', current, recorded);
  const before = old.map((figures, index) => member(`old${index + 1}`, figures, recorded));
  return {
    replicas,
    limits: { maxSurge: limits[0], maxUnavailable: limits[1] },
    ...(now === undefined ? {} : { current: now }),
    old: before,
    all: [...before, ...(now === undefined ? [] : [now])],
  };
}

const UP: [string, Fleet, number][] = [
  ['a first version comes whole, whatever the limits', fleet(10, [0, 1], undefined, []), 10],
  ['a second one as far as the surge allows', fleet(10, [3, 2], undefined, [[10, 10]]), 3],
  ['without a surge it waits for room', fleet(10, [0, 2], undefined, [[10, 10]]), 0],
  ['it takes the room that old pods leave', fleet(10, [0, 2], [0, 0], [[8, 8]]), 2],
  ['old pods that are still there take up room', fleet(10, [0, 2], [0, 0], [[8, 8, 10]]), 0],
  ['it never grows beyond what is wanted', fleet(10, [5, 2], [8, 8], [[1, 1]]), 10],
  ['it never shrinks for lack of room', fleet(10, [0, 1], [4, 0], [[8, 8]]), 4],
  ['it shrinks to what is wanted', fleet(3, [1, 1], [5, 5], []), 3],
];

for (const [name, given, expected] of UP) {
  test(`current: ${name}`, (t) => {
    t.is(currentSize(given, given.current?.size ?? 0), expected);
  });
}

const DOWN: [string, Fleet, Record<string, number>][] = [
  ['as many as may be missing', fleet(10, [0, 2], [0, 0], [[10, 10]]), { old1: 8 }],
  ['none while new ones are not available', fleet(10, [3, 2], [3, 0], [[8, 8]]), {}],
  ['one for each new one that is', fleet(10, [3, 2], [3, 2], [[8, 8]]), { old1: 6 }],
  [
    'pods that serve nobody first',
    fleet(
      10,
      [0, 2],
      [2, 0],
      [
        [4, 1],
        [4, 4],
      ],
    ),
    {},
  ],
  [
    'broken old pods go though nothing may be missing',
    fleet(
      4,
      [1, 0],
      [1, 1],
      [
        [2, 0],
        [4, 4],
      ],
    ),
    { old1: 0, old2: 3 },
  ],
  [
    'the oldest before the younger',
    fleet(
      10,
      [0, 4],
      [0, 0],
      [
        [3, 3],
        [7, 7],
      ],
    ),
    { old1: 0, old2: 6 },
  ],
  ['nothing when it is worse already than allowed', fleet(10, [0, 2], [5, 0], [[5, 5]]), {}],
  ['all at the end', fleet(4, [1, 1], [4, 4], [[1, 1]]), { old1: 0 }],
  ['all when nothing is wanted', fleet(0, [0, 0], [0, 0], [[3, 3]]), { old1: 0 }],
];

for (const [name, given, expected] of DOWN) {
  test(`old: ${name}`, (t) => {
    t.deepEqual(Object.fromEntries(oldSizes(given, given.current?.size ?? 0)), expected);
  });
}

const SCALED: [string, Fleet, Record<string, number>][] = [
  ['a single version takes it all', fleet(7, [1, 1], [5, 5], [[0, 0]], 5), { new: 7 }],
  ['also when it is an old one', fleet(7, [1, 1], undefined, [[5, 5]], 5), { old1: 7 }],
  ['from nothing the current version grows', fleet(3, [1, 1], [0, 0], [[0, 0]], 0), { new: 3 }],
  [
    'from nothing, without one, the youngest',
    fleet(
      3,
      [1, 1],
      undefined,
      [
        [0, 0],
        [0, 0],
      ],
      0,
    ),
    { old2: 3 },
  ],
  [
    'a version that serves whole leaves nothing to the old',
    fleet(5, [1, 1], [5, 5], [[2, 0]], 5),
    { old1: 0, new: 5 },
  ],
  ['two versions share by size', fleet(20, [0, 0], [5, 5], [[5, 5]], 10), { old1: 10, new: 10 }],
  ['rounding is made good by the biggest', fleet(10, [0, 0], [1, 1], [[2, 2]], 3), { old1: 7, new: 3 }],
  ['shrinking is shared as well', fleet(5, [0, 0], [5, 5], [[5, 5]], 10), { old1: 2, new: 3 }],
  ['to nothing', fleet(0, [0, 0], [5, 5], [[5, 5]], 10), { old1: 0, new: 0 }],
  [
    'old pods that are still there take up room, also while it is paused',
    fleet(2, [2, 1], [2, 0], [[1, 0, 2]], 4),
    { new: 2, old1: 1 },
  ],
];

for (const [name, given, expected] of SCALED) {
  test(`scaling: ${name}`, (t) => {
    t.deepEqual(Object.fromEntries(scaledSizes(given, true)), expected);
  });
}

test('a scaling is told by the sizes on record', (t) => {
  t.true(isScaling(fleet(7, [1, 1], [5, 5], [], 5)));
  t.false(isScaling(fleet(5, [1, 1], [5, 5], [], 5)));
  t.false(isScaling(fleet(7, [1, 1], [5, 5], [])), 'nothing on record');
  t.false(isScaling(fleet(7, [1, 1], [0, 0], [], 5)), 'no pods');
});

const LIMITS: [string, Parameters<typeof aDeployment>[0], [number, number]][] = [
  ['a quarter each when nothing is said', { replicas: 10 }, [3, 2]],
  [
    'shares: surge up, unavailable down',
    { replicas: 3, strategy: { rollingUpdate: { maxSurge: '50%', maxUnavailable: '50%' } } },
    [2, 1],
  ],
  [
    'never both zero',
    { replicas: 10, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
    [0, 1],
  ],
  [
    'never both zero, also by rounding',
    { replicas: 3, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } } },
    [0, 1],
  ],
  [
    'never more missing than wanted',
    { replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 5 } } },
    [1, 2],
  ],
  ['nothing wanted', { replicas: 0 }, [0, 0]],
  ['Recreate knows none', { replicas: 10, strategy: { type: 'Recreate' } }, [0, 0]],
];

for (const [name, spec, [maxSurge, maxUnavailable]] of LIMITS) {
  test(`limits: ${name}`, (t) => {
    t.deepEqual(rolloutLimits(aDeployment(spec)), { maxSurge, maxUnavailable });
  });
}
