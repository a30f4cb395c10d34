import test from 'ava';
import fc from 'fast-check';
import { serverWeights, WEIGHT_MAX, type ServerGroup } from './server-weights.ts';

function share(groups: readonly ServerGroup[], at: number): number {
  const weights = serverWeights(groups);
  const totals = groups.map(({ count }, index) => {
    const { weight, extra } = weights[index] ?? { weight: 0, extra: 0 };
    return count * weight + extra;
  });
  return (totals[at] ?? 0) / totals.reduce((sum, total) => sum + total, 0);
}
const tenth = (canary: number, web: number): ServerGroup[] => [
  { weight: 10, count: canary },
  { weight: 90, count: web },
];

test('a tenth is exact, and the servers of a group are alike where numbers allow it', (t) => {
  for (const [canary, web] of [
    [1, 1],
    [1, 9],
    [1, 100],
    [3, 7],
  ] as const) {
    t.is(share(tenth(canary, web), 0), 0.1);
    t.true(serverWeights(tenth(canary, web)).every(({ extra }) => extra === 0));
  }
});

test('where a hundred would have more than a quarter with the least weight, some are left out', (t) => {
  t.deepEqual(serverWeights(tenth(100, 1)), [
    { weight: 0, extra: 28 },
    { weight: 256, extra: 0 },
  ]);
});

test('weights are whole, at most 256, and near to the shares', (t) => {
  const group = fc.record({
    weight: fc.integer({ min: 1, max: 1_000 }),
    count: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
      const weights = serverWeights(groups);
      const total = groups.reduce((sum, { weight }) => sum + weight, 0);
      groups.forEach(({ weight, count }, at) => {
        const { weight: own, extra } = weights[at] ?? { weight: -1, extra: -1 };
        t.true(Number.isInteger(own) && Number.isInteger(extra));
        t.true(own >= 0 && extra >= 0 && extra < count && own + Math.min(1, extra) <= WEIGHT_MAX);
        t.true(own + extra > 0);
        t.true(Math.abs(share(groups, at) - weight / total) < 0.02);
      });
    }),
  );
});
