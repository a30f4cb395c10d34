import test from 'ava';
import { paletteFor } from '../print/colours.ts';
import { unifiedDiff } from './unified-diff.ts';

const names = { before: 'a', after: 'b' };
const plain = paletteFor(false);
test('equal texts give no diff', (t) => {
  t.is(unifiedDiff(names, 'x\n', 'x\n', plain), '');
});

test('changed lines are marked', (t) => {
  t.is(
    unifiedDiff(names, 'a: 1\nb: 2\n', 'a: 1\nb: 3\n', plain),
    '--- a\n+++ b\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n',
  );
});
