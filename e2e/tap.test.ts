import test from 'ava';
import { readTap } from './tap.ts';

test('counts results, leaves out skipped ones and keeps the details of failures', (t) => {
  const text = [
    'TAP version 13',
    'ok 1 - kit › sleeps',
    'not ok 2 - api › parses',
    '  ---',
    '    message: wrong',
    '  ...',
    'ok 3 - later # SKIP',
    'not ok 4 - someday # TODO',
    'ok 5 - last',
    '1..5',
  ].join('\n');
  t.deepEqual(readTap(text), {
    passed: 2,
    failed: 1,
    failures: ['not ok - api › parses', '  ---', '    message: wrong', '  ...'],
  });
});
