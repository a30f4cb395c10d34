import test from 'ava';
import { entriesOf } from './entries-of.ts';

test('texts and bytes stand in one order, each with its size', (t) => {
  t.deepEqual(entriesOf({ data: { c: 'ä', a: '' }, binaryData: { b: 'AP8=' } }), [
    { key: 'a', bytes: 0, value: { text: '' } },
    { key: 'b', bytes: 2, value: { base64: 'AP8=' } },
    { key: 'c', bytes: 2, value: { text: 'ä' } },
  ]);
  t.deepEqual(entriesOf({}), []);
});
