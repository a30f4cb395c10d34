import test from 'ava';
import { linesOf } from './flow-lines.ts';

const flow = (hash: string, requestsPerSecond: number, p95Ms?: number) => ({
  ...{ hash, requestsPerSecond, errorsPerSecond: 0 },
  ...(p95Ms === undefined ? {} : { p95Ms }),
});

test('a line a revision; what is not told is nothing, and no latency', (t) => {
  const history = [
    { atMs: 1, value: [flow('a', 1, 20)] },
    { atMs: 2, value: [flow('b', 2)] },
  ];
  const values = (measure: 'requests' | 'latency') => linesOf(history, measure).map((line) => line.values);
  t.deepEqual(values('requests'), [
    [1, 0],
    [0, 2],
  ]);
  t.deepEqual(values('latency'), [
    [20, null],
    [null, null],
  ]);
  t.deepEqual(
    linesOf(history, 'requests').map(({ label, colour }) => [label, colour]),
    [
      ['a', '--series-1'],
      ['b', '--series-2'],
    ],
  );
});
