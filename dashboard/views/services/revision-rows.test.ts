import test from 'ava';
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import { hashesOf, revisionRows } from './revision-rows.ts';

const pod = (name: string, labels: Record<string, string>) =>
  ({ metadata: { name, labels } }) as unknown as Pod;
const endpoint = (name: string, ready: boolean) =>
  ({ addresses: [name], targetRef: { name }, conditions: { ready } }) as unknown as Endpoint;

test('endpoints and traffic by revision, the most traffic first', (t) => {
  const hashes = hashesOf([
    pod('a', { 'pod-template-hash': 'x' }),
    pod('b', { 'rollouts-pod-template-hash': 'y' }),
    pod('c', {}),
  ]);
  const flows = [
    { hash: 'x', requestsPerSecond: 1, errorsPerSecond: 0 },
    { hash: 'y', requestsPerSecond: 3, errorsPerSecond: 0 },
    { hash: 'gone', requestsPerSecond: 0, errorsPerSecond: 0 },
  ];
  const rows = revisionRows([endpoint('a', true), endpoint('b', false), endpoint('c', true)], hashes, flows);
  t.deepEqual(
    rows.map(({ hash, ready, endpoints, sharePercent }) => [hash, ready, endpoints, sharePercent]),
    [
      ['y', 0, 1, 75],
      ['x', 1, 1, 25],
      ['', 1, 1, 0],
      ['gone', 0, 0, 0],
    ],
  );
});

test('without traffic there is no share', (t) => {
  t.is(revisionRows([endpoint('a', true)], new Map(), [])[0]?.sharePercent, undefined);
});
