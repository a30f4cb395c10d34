// As many as there is room for, and how many more there are.
import test from 'ava';
import { firstFew } from './first-few.ts';

for (const [names, text] of [
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
] as const)
  test(`${names.length} of at most three`, (t) => {
    t.is(firstFew(names, 3), text);
  });

test('with another word between them', (t) => {
  t.is(firstFew(['a', 'b', 'c'], 2, '; '), 'a; b and 1 more');
});
