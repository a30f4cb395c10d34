import test from 'ava';
import { paletteFor } from '../print/colours.ts';
import { readablePair } from './readable-object.ts';
import { unifiedDiff } from './unified-diff.ts';

const names = { before: 'a', after: 'b' };
const plain = paletteFor(false);
const secret = (data: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', resourceVersion: '1', managedFields: [] },
  data,
});

test('equal texts give no diff', (t) => {
  t.is(unifiedDiff(names, 'x\n', 'x\n', plain), '');
});

test('changed lines are marked', (t) => {
  t.is(
    unifiedDiff(names, 'a: 1\nb: 2\n', 'a: 1\nb: 3\n', plain),
    '--- a\n+++ b\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n',
  );
});

test('values of secrets are hidden, changes of them are seen', (t) => {
  const [before, after] = readablePair(secret({ same: 'x', other: 'y' }), secret({ same: 'x', other: 'z' }));
  t.regex(before, /other: "\*\*\* \(before\)"\n {2}same: "\*\*\*"\n/);
  t.regex(after, /other: "\*\*\* \(after\)"/);
  t.notRegex(before, /resourceVersion|managedFields/);
});

test('an object that is not there is an empty text', (t) => {
  t.deepEqual(readablePair(undefined, undefined), ['', '']);
});
