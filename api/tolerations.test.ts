import test from 'ava';
import { toleratesTaint, untoleratedTaint, type TolerationLike } from './tolerations.ts';

const TAINT = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

const CASES: [string, TolerationLike, boolean][] = [
  [
    'equal key, value and effect',
    { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
    true,
  ],
  ['operator defaults to Equal', { key: 'dedicated', value: 'gpu' }, true],
  ['another value', { key: 'dedicated', value: 'cpu' }, false],
  ['another effect', { key: 'dedicated', value: 'gpu', effect: 'NoExecute' }, false],
  ['Exists ignores the value', { key: 'dedicated', operator: 'Exists' }, true],
  ['Exists without a key covers all', { operator: 'Exists' }, true],
  ['Exists without a key but another effect', { operator: 'Exists', effect: 'NoExecute' }, false],
  ['Equal without a key covers nothing', { operator: 'Equal', value: 'gpu' }, false],
  ['another key', { key: 'other', operator: 'Exists' }, false],
  ['an unknown operator covers nothing', { key: 'dedicated', operator: 'Like', value: 'gpu' }, false],
];

for (const [name, toleration, expected] of CASES) {
  test(`toleration: ${name}`, (t) => {
    t.is(toleratesTaint(toleration, TAINT), expected);
  });
}

test('the first uncovered hard taint is named; soft taints do not count', (t) => {
  const soft = { key: 'a', effect: 'PreferNoSchedule' };
  t.is(untoleratedTaint([soft, TAINT], []), TAINT);
  t.is(untoleratedTaint([soft], undefined), undefined);
  t.is(untoleratedTaint([TAINT], [{ operator: 'Exists' }]), undefined);
  t.is(untoleratedTaint([TAINT], [], ['NoExecute']), undefined);
  t.is(untoleratedTaint(undefined, undefined), undefined);
});

test('an empty value equals an absent one', (t) => {
  t.true(toleratesTaint({ key: 'k', value: '' }, { key: 'k', effect: 'NoSchedule' }));
});
