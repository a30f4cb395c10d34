import test from 'ava';
import { countsByVariant, exposureRows, ratesByVariant } from './exposure-rows.ts';

const count = (flag: string, version: string, variant: string, times: number) => ({
  labels: { namespace: 'n', feature_flag: 'f', version, flag, variant, reason: 'STATIC' },
  count: times,
});

test('shares are of one flag at one version, the newest first', (t) => {
  const counts = [
    count('a', '1', 'on', 5),
    count('a', '2', 'on', 3),
    count('a', '2', '', 1),
    count('b', '2', 'on', 7),
  ];
  t.deepEqual(
    exposureRows(counts, undefined).map(({ flag, version, variant, percent }) => [
      flag,
      version,
      variant,
      percent,
    ]),
    [
      ['a', '2', 'on', 75],
      ['a', '2', undefined, 25],
      ['b', '2', 'on', 100],
      ['a', '1', 'on', 100],
    ],
  );
  t.is(exposureRows(counts, 'b').length, 1);
  t.deepEqual(
    [...countsByVariant(counts, 'a')],
    [
      ['on', 8],
      ['', 1],
    ],
  );
});

test('rates lie between readings, and never below nothing', (t) => {
  const moments = [
    { atMs: 0, counts: new Map([['on', 10]]) },
    { atMs: 2000, counts: new Map([['on', 14]]) },
    {
      atMs: 3000,
      counts: new Map([
        ['on', 2],
        ['off', 1],
      ]),
    },
  ];
  t.deepEqual(ratesByVariant(moments), {
    times: [2000, 3000],
    variants: [
      { variant: 'off', values: [0, 1] },
      { variant: 'on', values: [2, 0] },
    ],
  });
});
