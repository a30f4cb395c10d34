import test from 'ava';
import { diffRows, DIFF_ROWS_MAX } from './diff-rows.ts';

const rowsOf = (before: string, after: string): readonly { type: string; text: string }[] => {
  const difference = diffRows(before, after);
  return 'rows' in difference ? difference.rows : [];
};

test('equal texts have no rows', (t) => {
  t.deepEqual(rowsOf('a\n', 'a\n'), []);
});

test('changed lines with what is around them', (t) => {
  t.deepEqual(rowsOf('a\nb\n', 'a\nc\n'), [
    { type: 'same', text: 'a' },
    { type: 'removed', text: 'b' },
    { type: 'added', text: 'c' },
  ]);
});

test('a new text is all added, and its missing end is no row', (t) => {
  t.deepEqual(rowsOf('', 'a'), [{ type: 'added', text: 'a' }]);
});

test('what is far from a change is a gap', (t) => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const rows = rowsOf(lines.join('\n'), lines.with(20, 'other').join('\n'));
  t.deepEqual(rows[0], { type: 'gap', text: 'line 18' });
  t.is(rows.length, 9);
});

test('very large differences are cut, and larger ones refused', (t) => {
  const many = (count: number): string => Array.from({ length: count }, (_, at) => `${at}\n`).join('');
  const cut = rowsOf('', many(DIFF_ROWS_MAX + 100));
  t.is(cut.length, DIFF_ROWS_MAX + 1);
  t.is(cut.at(-1)?.text, '100 more rows are not shown');
  t.true('tooLarge' in diffRows('x\n', many(9000)));
});
