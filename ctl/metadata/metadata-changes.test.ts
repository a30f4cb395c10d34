import test from 'ava';
import { overwritten, splitChanges } from './metadata-changes.ts';

const cases: [string, string[], object][] = [
  ['pod web a=b', ['pod', 'web'], { a: 'b' }],
  ['pod/web-1 a=b=c x.io/y-', ['pod/web-1'], { a: 'b=c', 'x.io/y': null }],
  ['pods a=', ['pods'], { a: '' }],
  ['pods web tier-', ['pods', 'web'], { tier: null }],
];
for (const [line, words, changes] of cases) {
  test(`reads ${line}`, (t) => {
    t.deepEqual(splitChanges(line.split(' '), 'labels'), { words, changes } as ReturnType<
      typeof splitChanges
    >);
  });
}

test('what is no change is refused', (t) => {
  t.throws(() => splitChanges(['pod', 'web'], 'labels'), { message: /Name the labels to set/ });
  t.throws(() => splitChanges(['pod', 'web', 'a=b', 'c'], 'labels'), { message: /"c" is neither/ });
});

test('another value is noticed, the same one is not', (t) => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: '1', b: '2' } } };
  t.deepEqual(overwritten(object, 'labels', { a: '1', b: '3', c: '4' }), ['b']);
});
