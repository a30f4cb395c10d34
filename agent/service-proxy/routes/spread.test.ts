import test from 'ava';
import fc from 'fast-check';
import { spread, TURNS_MAX } from './spread.ts';

const weights = fc.array(fc.constantFrom<number>(0, 1, 2, 3, 10, 50, 90, 99, 1_000, 999_999), {
  maxLength: 6,
});

test('shares are exact up to a thousand turns, and close to it above', (t) => {
  fc.assert(
    fc.property(weights, (given) => {
      const turns = spread(given);
      const total = given.reduce((sum, weight) => sum + weight, 0);
      t.true(turns.length <= TURNS_MAX);
      t.is(turns.length === 0, total === 0);
      given.forEach((weight, at) => {
        const count = turns.filter((turn) => turn === at).length;
        if (weight === 0) t.is(count, 0);
        else t.true(count >= 1);
        if (total <= TURNS_MAX) t.is(count * total, weight * turns.length);
      });
    }),
  );
});

test('a share is spread out and does not come in one burst', (t) => {
  t.deepEqual(spread([3, 1]), [0, 0, 1, 0]);
  t.deepEqual(spread([500, 500]), [0, 1]);
  t.deepEqual(spread([0, 0]), []);
});
