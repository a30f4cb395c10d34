import test from 'ava';
import { readablePair } from './readable-object.ts';

const secret = (data: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', resourceVersion: '1', managedFields: [] },
  data,
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
