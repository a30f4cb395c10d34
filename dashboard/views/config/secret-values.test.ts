import test from 'ava';
import { byteCount, secretValues } from './secret-values.ts';

test('texts are read, other bytes are counted', (t) => {
  t.deepEqual(secretValues({ b: btoa('hunter2'), a: '/w==' }), [
    ['a', { bytes: 1 }],
    ['b', { text: 'hunter2' }],
  ]);
  t.is(byteCount('AAEC'), 3);
  t.is(byteCount(''), 0);
});
