import test from 'ava';
import { canonicalJson, contentHash } from './content-hash.ts';
import { intOrPercent } from '@gantry/api/int-or-percent';

test('the order of fields does not matter, that of lists does', (t) => {
  t.is(contentHash({ a: 1, b: { c: [1, 2], d: 'x' } }), contentHash({ b: { d: 'x', c: [1, 2] }, a: 1 }));
  t.not(contentHash({ a: [1, 2] }), contentHash({ a: [2, 1] }));
  t.is(canonicalJson({ b: 1, a: { d: null, c: undefined } }), '{"a":{"d":null},"b":1}');
});

test('a hash stays the same across releases, since names hang on it', (t) => {
  t.is(contentHash({ spec: { containers: [{ name: 'main', image: 'web:1' }] } }), '6xhtz2l');
});

test('a collision leads to another hash', (t) => {
  t.not(contentHash({ a: 1 }), contentHash({ a: 1 }, 1));
  t.is(contentHash({ a: 1 }), contentHash({ a: 1 }, 0));
});

test('a hash fits into names and labels', (t) => {
  for (let number = 0; number < 200; number += 1) t.regex(contentHash(number), /^[a-z0-9]{7}$/);
});

test('shares are rounded as told; nonsense is nothing', (t) => {
  t.deepEqual(
    [intOrPercent(3, 10, 'up'), intOrPercent('25%', 10, 'up'), intOrPercent('25%', 10, 'down')],
    [3, 3, 2],
  );
  t.deepEqual([intOrPercent('0%', 10, 'up'), intOrPercent('200%', 3, 'down')], [0, 6]);
  t.deepEqual([intOrPercent('abc', 10, 'up'), intOrPercent('29%', 100, 'up')], [0, 29]);
});
