import test from 'ava';
import fc from 'fast-check';
import { serverWeights, WEIGHT_MAX, type GroupWeight } from './server-weights.ts';

const share = (weights: readonly GroupWeight[], at: number): number => {
  const of = ({ weight, used }: GroupWeight): number => weight * used;
  return of(weights[at] ?? { weight: 0, used: 0 }) / weights.reduce((sum, one) => sum + of(one), 0);
};

test('a tenth is exact where numbers allow it', (t) => {
  for (const [canary, web] of [
    [1, 1],
    [1, 9],
    [1, 100],
    [3, 7],
  ] as const) {
    const groups = [
      { weight: 10, count: canary },
      { weight: 90, count: web },
    ];
    const weights = serverWeights(groups);
    t.is(share(weights, 0), 0.1, `${canary} against ${web}`);
    t.deepEqual(
      weights.map(({ used }) => used),
      [canary, web],
    );
  }
  const [many, one] = serverWeights([
    { weight: 10, count: 100 },
    { weight: 90, count: 1 },
  ]);
  t.deepEqual(
    [many, one],
    [
      { weight: 1, used: 28 },
      { weight: 256, used: 1 },
    ],
    'all hundred would have more than a quarter',
  );
});

test('weights are whole, from 1 to 256, and as near as any of them', (t) => {
  const group = fc.record({
    weight: fc.integer({ min: 1, max: 1_000 }),
    count: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
      const weights = serverWeights(groups);
      t.is(weights.length, groups.length);
      weights.forEach(({ weight, used }, at) => {
        t.true(Number.isInteger(weight) && weight >= 1 && weight <= WEIGHT_MAX);
        t.true(Number.isInteger(used) && used >= 1 && used <= (groups[at]?.count ?? 0));
      });
      const total = groups.reduce((sum, { weight }) => sum + weight, 0);
      groups.forEach(({ weight }, at) => t.true(Math.abs(share(weights, at) - weight / total) < 0.02));
    }),
  );
});
