import test from 'ava';
import { editDistance, nearestName } from './nearest-name.ts';

const FIELDS = ['replicas', 'selector', 'template', 'strategy', 'image', 'imagePullPolicy', 'env', 'args'];

for (const [word, expected] of [
  ['replcias', 'replicas'],
  ['Replicas', 'replicas'],
  ['replica', 'replicas'],
  ['imgae', 'image'],
  ['imagepullpolicy', 'imagePullPolicy'],
  ['evn', 'env'],
  ['volumes', undefined],
  ['x'.repeat(1000), undefined],
] as const) {
  test(`${word.slice(0, 20)} means ${expected ?? 'nothing known'}`, (t) => {
    t.is(nearestName(word, FIELDS), expected);
  });
}

test('edits are counted, swaps of neighbours as one', (t) => {
  t.is(editDistance('kitten', 'sitting'), 3);
  t.is(editDistance('ab', 'ba'), 1);
  t.is(editDistance('', 'abc'), 3);
  t.is(editDistance('same', 'same'), 0);
});
