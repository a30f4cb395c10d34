import test from 'ava';
import { NOTHING_KNOWN, take, type CollectionProgress } from './collection-state.ts';
import type { LiveEvent } from './frame.ts';

const object = (uid: string, more: object = {}) => ({ metadata: { uid, name: uid, ...more } });
const added = (uid: string): LiveEvent => ({ type: 'ADDED', object: object(uid) });
const END: LiveEvent = {
  type: 'BOOKMARK',
  object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
};
const uids = ({ state }: CollectionProgress): string[] => [...state.objects.keys()];
const RESTARTED: LiveEvent = { type: 'RESTARTED' };

test('a list is whole with the bookmark behind it', (t) => {
  const half = take(NOTHING_KNOWN, [RESTARTED, added('a')]);
  t.false(half.state.synced);
  t.deepEqual(uids(half), ['a']);
  t.true(take(half, [added('b'), END]).state.synced);
});

test('a bookmark in between ends nothing', (t) => {
  const half = take(NOTHING_KNOWN, [RESTARTED, { type: 'BOOKMARK', object: { metadata: {} } }]);
  t.false(half.state.synced);
});

test('changes and deletions', (t) => {
  const whole = take(NOTHING_KNOWN, [RESTARTED, added('a'), added('b'), END]);
  const after = take(whole, [
    { type: 'MODIFIED', object: object('a', { labels: { x: 'y' } }) },
    { type: 'DELETED', object: object('b') },
  ]);
  t.deepEqual(uids(after), ['a']);
  t.deepEqual(after.state.objects.get('a')?.metadata.labels, { x: 'y' });
  t.deepEqual(uids(whole), ['a', 'b'], 'what was shown before is not changed under the reader');
});

test('after a new beginning the old stays in sight until the new list is whole; then what is gone goes', (t) => {
  const whole = take(NOTHING_KNOWN, [RESTARTED, added('a'), added('b'), END]);
  const again = take(whole, [RESTARTED, added('b'), added('c')]);
  t.deepEqual(uids(again), ['a', 'b', 'c']);
  t.true(again.state.synced);
  t.deepEqual(uids(take(again, [END])), ['b', 'c']);
});

test('deleted during the new beginning, it is not brought back', (t) => {
  const whole = take(NOTHING_KNOWN, [RESTARTED, added('a'), END]);
  const again = take(whole, [RESTARTED, added('a'), { type: 'DELETED', object: object('a') }, END]);
  t.deepEqual(uids(again), []);
});

test('a refusal is told in the words of the server, until the list is had', (t) => {
  const refused = take(NOTHING_KNOWN, [
    RESTARTED,
    { type: 'ERROR', object: { kind: 'Status', message: 'pods is forbidden' } },
  ]);
  t.is(refused.state.problem, 'pods is forbidden');
  t.is(take(refused, [RESTARTED, END]).state.problem, undefined);
});
