import test from 'ava';
import { readFrame } from './frame.ts';

test('each line is a number and an event', (t) => {
  t.deepEqual(readFrame('3 {"type":"ADDED","object":{"a":1}}\n0 {"type":"PING"}\n'), [
    { id: 3, event: { type: 'ADDED', object: { a: 1 } } },
    { id: 0, event: { type: 'PING' } },
  ]);
});

test('what cannot be read is left out, the rest is not', (t) => {
  t.deepEqual(readFrame('x {"type":"ADDED"}\n4 {broken\n5 null\n6 {"no":"type"}\n7 {"type":"PING"}'), [
    { id: 7, event: { type: 'PING' } },
  ]);
});
