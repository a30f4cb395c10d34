// The pure edge to etcd: errors in, requests out.
import test from 'ava';
import { OperationalError } from '@gantry/kit/operational-error';
import { readEndpoints } from './etcd-endpoints.ts';
import { translate, wasNeverSent } from './etcd-errors.ts';
import { questionOf, rangeEnd, transactionOf } from './etcd-transaction.ts';
import type { Commit } from './store.ts';

const table: [string, 'read' | 'write', string][] = [
  ['11 OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted', 'read', 'store-compacted'],
  [
    '11 OUT_OF_RANGE: etcdserver: mvcc: required revision is a future revision',
    'read',
    'store-future-revision',
  ],
  ['3 INVALID_ARGUMENT: etcdserver: request is too large', 'write', 'store-value-too-large'],
  [
    '8 RESOURCE_EXHAUSTED: Received message larger than max (70000000 vs 67108864)',
    'read',
    'store-value-too-large',
  ],
  ['5 NOT_FOUND: etcdserver: requested lease not found', 'write', 'lease-lost'],
  ['8 RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded', 'write', 'store-full'],
  ['7 PERMISSION_DENIED: etcdserver: permission denied', 'read', 'store-forbidden'],
  ['4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s', 'read', 'store-deadline'],
  ['4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s', 'write', 'store-unavailable'],
  ['14 UNAVAILABLE: etcdserver: request timed out', 'write', 'store-unavailable'],
  [
    '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED',
    'read',
    'store-unavailable',
  ],
  ['something never heard of', 'write', 'store-unavailable'],
];
for (const [message, attempt, code] of table)
  test(`a ${attempt} that fails with "${message}" is ${code}`, (t) => {
    const cause = new Error(message);
    const error = translate(cause, attempt);
    t.is(error.code, code);
    t.is(error.cause, cause);
  });

test('an error that is translated already stays', (t) => {
  const error = new OperationalError('lease-lost', 'gone');
  t.is(translate(error, 'write'), error);
});

test('only a write that cannot have been sent leaves no doubt', (t) => {
  const refused = new Error('14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED');
  t.true(wasNeverSent(refused));
  t.false(translate(refused, 'write').message.includes('may or may not'));
  t.true(
    translate(new Error('14 UNAVAILABLE: Connection dropped'), 'write').message.includes('may or may not'),
  );
});

test('the end of a prefix is the next key that does not have it', (t) => {
  t.deepEqual(rangeEnd('/a/'), Buffer.from('/a0'));
  t.deepEqual(rangeEnd(''), Buffer.from([0]));
  t.deepEqual(rangeEnd('ä').compare(Buffer.from('ä')) > 0, true);
});

test('a transaction carries no more than it needs; after a refusal each condition key is asked for once', (t) => {
  const condition = { key: '/k', modRevision: 3 };
  const commit: Commit = {
    conditions: [condition, { ...condition, modRevision: 4 }],
    writes: [
      { type: 'put', key: '/k', value: 'v', leaseId: '9223372036854775807' },
      { type: 'delete', key: '/l' },
    ],
  };
  const request = transactionOf(commit);
  t.is(request.compare?.length, 2);
  t.is(request.failure, undefined);
  t.deepEqual(questionOf(commit, 7), {
    success: [{ request_range: { key: Buffer.from('/k'), revision: '7' } }],
  });
  t.is(request.success?.[0]?.request_put?.lease, '9223372036854775807');
  t.deepEqual(request.success?.[1]?.request_delete_range?.key, Buffer.from('/l'));
});

test('addresses are read as users write them', (t) => {
  t.deepEqual(readEndpoints(['http://127.0.0.1:2379/', ' etcd-2:2379', 'http://[::1]:2379']), [
    'http://127.0.0.1:2379',
    'http://etcd-2:2379',
    'http://[::1]:2379',
  ]);
  t.deepEqual(readEndpoints(['https://etcd:443']), ['https://etcd:443']);
  const wrong: [string[], RegExp][] = [
    [[], /no etcd address/],
    [['http://'], /no URL/],
    [['ftp://a:1'], /http:\/\/ or https/],
    [['http://etcd'], /no port/],
    [['http://root:secret@a:1'], /^the etcd address of a:1 may not hold a user$/],
    [['http://a:1/v3'], /only scheme, host and port/],
    [['http://a:1', 'https://b:1'], /all http or all https/],
  ];
  for (const [endpoints, message] of wrong) t.throws(() => readEndpoints(endpoints), { message });
});
