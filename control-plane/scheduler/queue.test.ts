// The scheduling queue as a table of what may happen to a pod, on a clock of numbers.
import test from 'ava';
import { ChangeSet } from './change-set.ts';
import { allPlugins } from './plugins/all.ts';
import { PARKED_MAX_MS, SchedulingQueue } from './queue.ts';
import { aCluster, aNode, view } from './test-cluster.ts';

const FIT = new Set(['NodeResourcesFit']);
const TAINT = new Set(['TaintToleration']);
const node = aCluster([aNode('a')]).node('a');
const left = new ChangeSet();
left.leftNode(view('gone'), node);
const untainted = new ChangeSet();
untainted.nodeParts.add('taints');
const nodeCame = new ChangeSet();
if (node !== undefined) nodeCame.nodeUpdated(node, 'added');

function queueOf(...names: string[]): SchedulingQueue {
  const queue = new SchedulingQueue(allPlugins.filters);
  for (const name of names) queue.offer(view(name), 0);
  return queue;
}

function take(queue: SchedulingQueue, nowMs: number, max = 100): string[] {
  return queue.take(max, nowMs).map(({ pod }) => pod.name);
}

const uid = (name: string): string => view(name).uid;

test('higher priority first, then first come, first served', (t) => {
  const queue = queueOf('a', 'b');
  queue.offer(view('urgent', { spec: { priority: 10 } }), 1);
  queue.offer(view('vital', { spec: { priorityClassName: 'system-node-critical' } }), 2);
  t.deepEqual(take(queue, 5, 3), ['vital', 'urgent', 'a']);
  t.deepEqual(take(queue, 5), ['b']);
});

test('a pod is held once, and not at all while it is being tried', (t) => {
  const queue = queueOf('a', 'a');
  t.deepEqual(take(queue, 0), ['a']);
  queue.offer(view('a'), 0);
  t.deepEqual(take(queue, 0), []);
  queue.settle(uid('a'));
  t.is(queue.size, 0);
});

test('a parked pod wakes on what may cure its refusal, after its back-off', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.park(uid('a'), FIT, 0);
  queue.wake(untainted, 5000);
  t.deepEqual(take(queue, 5000), [], 'a taint has nothing to do with it');
  queue.wake(left, 500);
  t.is(queue.nextDueMs(), 1000);
  t.deepEqual(take(queue, 999), []);
  t.deepEqual(take(queue, 1000), ['a']);
});

test('the back-off doubles up to ten seconds, and the place in line is kept', (t) => {
  const queue = queueOf('a', 'b');
  for (const waitMs of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
    t.deepEqual(take(queue, 1e6, 1), ['a']);
    queue.park(uid('a'), FIT, 1e6);
    queue.wake(left, 1e6);
    t.is(queue.nextDueMs(), 1e6 + waitMs);
    queue.take(0, 1e6 + waitMs);
  }
});

test('a failed bind is tried again after its back-off without any event', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.retry(uid('a'), 0);
  t.deepEqual(queue.counts(), { active: 0, 'backing-off': 1, parked: 0 });
  t.deepEqual(take(queue, 1000), ['a']);
});

test('a pod whose needs change is tried at once; one whose status changes is not', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.park(uid('a'), TAINT, 0);
  queue.offer(view('a'), 10);
  t.deepEqual(take(queue, 10), []);
  queue.offer(view('a', { spec: { tolerations: [{ operator: 'Exists' }] } }), 20);
  t.deepEqual(take(queue, 20), ['a']);
});

test('parked pods are tried now and then even if no event speaks for it', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.park(uid('a'), TAINT, 0);
  queue.flush(PARKED_MAX_MS);
  t.deepEqual(take(queue, PARKED_MAX_MS), []);
  queue.flush(PARKED_MAX_MS + 1000);
  t.deepEqual(take(queue, PARKED_MAX_MS + 1000), ['a']);
});

test('a pod that is removed while it is tried does not come back', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.remove(uid('a'));
  queue.park(uid('a'), FIT, 0);
  queue.retry(uid('a'), 0);
  t.is(queue.size, 0);
});

test('room that is still too little for a pod does not wake it', (t) => {
  const queue = new SchedulingQueue(allPlugins.filters);
  const large = { requests: { cpu: '5' } };
  queue.offer(view('large', large), 0);
  queue.offer(view('small', { requests: { cpu: '4' } }), 0);
  take(queue, 0);
  for (const name of ['large', 'small']) queue.park(uid(name), FIT, 0);
  queue.wake(left, 2000);
  t.deepEqual(take(queue, 2000), ['small']);
});

test('a pod put back is where it was', (t) => {
  const queue = queueOf('a', 'b');
  take(queue, 0, 1);
  queue.putBack(uid('a'));
  t.deepEqual(queue.counts(), { active: 2, 'backing-off': 0, parked: 0 });
  t.deepEqual(take(queue, 0), ['a', 'b']);
});

test('a pod that found no nodes at all waits for one', (t) => {
  const queue = queueOf('a');
  take(queue, 0);
  queue.park(uid('a'), new Set(), 0);
  queue.wake(left, 2000);
  t.deepEqual(take(queue, 2000), []);
  queue.wake(nodeCame, 2000);
  t.deepEqual(take(queue, 2000), ['a']);
});

test('parked pods are counted by who refuses them', (t) => {
  const queue = queueOf('a', 'b', 'c');
  for (const [at, waiting] of queue.take(3, 0).entries())
    queue.park(waiting.pod.uid, [FIT, new Set([...FIT, ...TAINT]), new Set<string>()][at] ?? FIT, 0);
  const counts = queue.parkedByFilter();
  t.deepEqual([counts.get('NodeResourcesFit'), counts.get('TaintToleration'), counts.get('none')], [2, 1, 1]);
  t.is(counts.get('NodeAffinity'), 0);
});
