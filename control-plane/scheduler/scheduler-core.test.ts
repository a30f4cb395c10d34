// The deciding half on cache events alone: what is accounted, what is assumed, what wakes whom.
import test from 'ava';
import fc from 'fast-check';
import type { Pod } from '@gantry/api/kinds/pod';
import { seededRandom } from '@gantry/kit/random';
import { SchedulerCore } from './scheduler-core.ts';
import { aNode, aPod } from './test-cluster.ts';

const core = (): SchedulerCore => new SchedulerCore(seededRandom(1));
const onNode = (pod: Pod, nodeName: string): Pod => ({ ...pod, spec: { ...pod.spec, nodeName } });
const half = { requests: { cpu: '2' } };

function placed({ placements }: ReturnType<SchedulerCore['decide']>): string[] {
  return placements.map(({ pod, node }) => `${pod.name} ${node}`);
}

test('a placement counts from the decision on, and is counted once when the cache shows it', (t) => {
  const it = core();
  it.nodeSeen(aNode('a'));
  const pod = aPod('p', half);
  it.podSeen(pod, 0);
  t.deepEqual(placed(it.decide(0)), ['p a']);
  t.is(it.cluster.node('a')?.requested.cpuMilli, 2000);
  t.is(it.assumedCount, 1);
  it.bound('uid-default-p');
  it.podSeen(onNode(pod, 'a'), 1);
  t.is(it.cluster.node('a')?.requested.cpuMilli, 2000);
  t.is(it.assumedCount, 0);
});

test('a change of a pod whose bind is under way does not queue it again', (t) => {
  const it = core();
  it.nodeSeen(aNode('a'));
  it.podSeen(aPod('p', half), 0);
  it.decide(0);
  it.podSeen(aPod('p', { ...half, labels: { new: 'label' } }), 1);
  t.deepEqual(placed(it.decide(1)), []);
});

test('a bind that failed gives the room back, and the pod is tried later', (t) => {
  const it = core();
  it.nodeSeen(aNode('a'));
  it.podSeen(aPod('p', half), 0);
  it.decide(0);
  it.notBound('uid-default-p', 0);
  t.is(it.cluster.node('a')?.requested.cpuMilli, 0);
  t.deepEqual(placed(it.decide(500)), []);
  t.deepEqual(placed(it.decide(1000)), ['p a']);
});

test('a pod that was bound by somebody else meanwhile stays where it is', (t) => {
  const it = core();
  it.nodeSeen(aNode('a'));
  it.podSeen(aPod('p', half), 0);
  it.decide(0);
  it.nodeSeen(aNode('b'));
  it.podSeen(onNode(aPod('p', half), 'b'), 1);
  it.notBound('uid-default-p', 1);
  t.is(it.cluster.node('a')?.requested.cpuMilli, 0);
  t.is(it.cluster.node('b')?.requested.cpuMilli, 2000);
  t.is(it.queue.size, 0);
});

test('a pod that ends, or goes, makes room for one that waits for it', (t) => {
  for (const end of ['Succeeded', 'gone'] as const) {
    const it = core();
    it.nodeSeen(aNode('a'));
    const first = onNode(aPod('first', { requests: { cpu: '4' } }), 'a');
    it.podSeen(first, 0);
    it.podSeen(aPod('second', half), 0);
    t.deepEqual(placed(it.decide(0)), []);
    if (end === 'gone') it.podGone(first);
    else it.podSeen({ ...first, status: { phase: end } }, 2000);
    t.deepEqual(placed(it.decide(2000)), ['second a'], end);
  }
});

test('a node that gets ready, loses its taint or grows wakes those who wait for just that', (t) => {
  const tainted = aNode('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
  for (const [before, after] of [
    [aNode('a', { ready: 'False' }), aNode('a')],
    [tainted, aNode('a')],
    [aNode('a', { allocatable: { cpu: '1' } }), aNode('a')],
    [aNode('a', { spec: { unschedulable: true } }), aNode('a')],
  ] as const) {
    const it = core();
    it.nodeSeen(before);
    it.podSeen(aPod('p', half), 0);
    t.deepEqual(placed(it.decide(0)), []);
    it.nodeSeen(after);
    t.deepEqual(placed(it.decide(2000)), ['p a']);
  }
});

test('a gated pod is not tried until its last gate is taken away', (t) => {
  const it = core();
  it.nodeSeen(aNode('a'));
  const gated = (...names: string[]): Pod =>
    aPod('p', { ...half, spec: { schedulingGates: names.map((name) => ({ name })) } });
  it.podSeen(gated('x', 'y'), 0);
  t.deepEqual(placed(it.decide(0)), []);
  it.podSeen(gated('y'), 1);
  t.deepEqual([placed(it.decide(1)), it.queue.size], [[], 0]);
  it.podSeen(gated(), 2);
  t.deepEqual(placed(it.decide(2)), ['p a']);
});

test('pods on a node that is not known are remembered for when it comes', (t) => {
  const it = core();
  it.podSeen(onNode(aPod('early', { requests: { cpu: '3' } }), 'a'), 0);
  it.nodeSeen(aNode('a'));
  it.podSeen(aPod('p', half), 0);
  t.deepEqual(placed(it.decide(0)), []);
});

test('however events come, what is accounted is what the last events say', (t) => {
  const steps = fc.array(
    fc.record({
      pod: fc.nat(5),
      node: fc.constantFrom('a', 'b', 'c'),
      what: fc.constantFrom('pending', 'bound', 'ended', 'gone', 'decide', 'failed', 'node', 'no-node'),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(steps, (given) => {
      const it = core();
      let nowMs = 0;
      const truth = new Map<string, string>();
      for (const { pod: index, node, what } of given) {
        nowMs += 700;
        const pod = aPod(`p${index}`, { requests: { cpu: '1' } });
        const uid = pod.metadata.uid ?? '';
        if (what === 'node') it.nodeSeen(aNode(node));
        if (what === 'no-node') it.nodeGone(aNode(node));
        if (what === 'pending' && !truth.has(uid)) it.podSeen(pod, nowMs);
        if (what === 'bound') {
          truth.set(uid, truth.get(uid) ?? node);
          it.podSeen(onNode(pod, truth.get(uid) ?? node), nowMs);
        }
        if (what === 'ended' || what === 'gone') {
          truth.delete(uid);
          if (what === 'gone') it.podGone(pod);
          else it.podSeen({ ...pod, status: { phase: 'Failed' } }, nowMs);
        }
        if (what === 'decide') {
          for (const { pod: view } of it.decide(nowMs).placements) it.bound(view.uid);
        }
        if (what === 'failed') it.notBound(uid, nowMs);
      }
      // What was assumed and never confirmed is given back; what remains must be the truth.
      for (let index = 0; index <= 5; index += 1) it.notBound(`uid-default-p${index}`, nowMs);
      for (const [uid, node] of truth) t.is(it.cluster.nodeOfPod(uid)?.name, node);
      for (const node of it.cluster.nodes) {
        const expected = [...truth.values()].filter((name) => name === node.name).length;
        t.is(node.pods.size, expected);
        t.is(node.requested.cpuMilli, expected * 1000);
      }
    }),
    { numRuns: 200 },
  );
});
