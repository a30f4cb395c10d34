import test from 'ava';
import { wholeNumberOf } from './whole-number.ts';

test('whole numbers are read; all else is refused with the name of its option', (t) => {
  t.is(wholeNumberOf('0', '--tail'), 0);
  t.is(wholeNumberOf('250', '--tail'), 250);
  for (const text of ['', '-1', '1.5', 'x', '1e3', '9999999999']) {
    t.throws(() => wholeNumberOf(text, '--tail'), {
      message: `--tail must be a whole number of 0 or more, not "${text}".`,
    });
  }
  t.throws(() => wholeNumberOf('x', '--grace-period', 'seconds'), { message: /whole number of seconds/ });
});
