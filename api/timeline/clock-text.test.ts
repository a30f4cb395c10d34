import test from 'ava';
import { clockSentences, skewText } from './clock-text.ts';

test('lengths in the largest unit that fits', (t) => {
  t.is(skewText(-3_600_000), '1h behind');
  t.is(skewText(2_500), '2.5s ahead');
  t.is(skewText(700), '700ms ahead');
  t.deepEqual(clockSentences([{ where: 'n1', skewMs: -60_000 }]), [
    'The clock of n1 is 1m behind; its entries are in their place all the same.',
  ]);
});
