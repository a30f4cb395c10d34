import test from 'ava';
import { readClosingLine, readTap } from './tap.ts';

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

test('a closing line is believed, and the text of a failed program is its failure', (t) => {
  t.deepEqual(readClosingLine('seeds\n200 passed, 0 failed\n'), { passed: 200, failed: 0, failures: [] });
  t.deepEqual(readClosingLine('seed 3: x\n1 passed, 1 failed\n'), {
    ...{ passed: 1, failed: 1 },
    failures: ['seed 3: x\n1 passed, 1 failed\n'],
  });
  t.is(readClosingLine('1 passed, 0 failed\nand then it broke\n'), undefined);
});
