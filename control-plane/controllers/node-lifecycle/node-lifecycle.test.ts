// Nodes that fall silent, complain and come back.
import test from 'ava';
import { systemIds } from '@gantry/kit/random';
import fc from 'fast-check';
import { leaseKind } from '@gantry/api/kinds/lease';
import { nodeKind, type Taint } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf } from '@gantry/api/meta';
import { passIn, settleAll } from '../../engine/settle.ts';
import { readerOf, withChange, withDeletion, withObject } from '../../engine/toy-world.ts';
import { createGoneNodePodController, GONE_NODE_QUARANTINE_MS } from './gone-node-pods.ts';
import { aLease, aNode, Lab } from './node-lab.ts';
import { createNodeLifecycleController } from './node-lifecycle-controller.ts';

test('a node that beats stays as it is, whatever its own clock says', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 10).settle();
  const { revision } = lab.world;
  lab.run(60, 'a', 'b');
  t.is(lab.world.revision - revision, 120, 'only the heartbeats themselves were written');
  t.is(lab.ready('a'), 'True');
  t.deepEqual(lab.taints('a'), []);
  const observed = lab.controller.observe(readerOf(lab.world), { namespace: '', name: 'a' });
  if (observed === undefined) return t.fail('there is a node');
  t.deepEqual(
    lab.controller.plan(observed, { nowMs: lab.clock.nowMs(), ids: systemIds }).actions,
    [],
    'nor is anything tried in vain',
  );
});

test('five missed heartbeats: unknown, tainted, its pods not ready; after their toleration they leave', (t) => {
  const lab = new Lab('a', 'b').pod('brief', 'a', 10).pod('patient', 'a').pod('other', 'b', 10).settle();
  lab.run(4, 'b');
  t.is(lab.ready('a'), 'True');
  lab.run(1, 'b');
  t.is(lab.ready('a'), 'Unknown');
  t.is(lab.node('a').status?.conditions?.[0]?.status, 'Unknown', 'nobody knows of its memory, either');
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule', 'unreachable:NoExecute']);
  const ready = readerOf(lab.world)
    .list(podKind)
    .map(({ status }) => status?.conditions?.[0]?.status);
  t.deepEqual(ready, ['False', 'True', 'False']);
  lab.run(9, 'b');
  t.deepEqual(lab.podsLeft(), ['brief', 'other', 'patient']);
  lab.run(1, 'b');
  t.deepEqual(lab.podsLeft(), ['other', 'patient'], 'a toleration without seconds is for ever');
  t.deepEqual(
    lab.world.events.map(({ reason }) => reason),
    ['NodeNotReady', 'TaintManagerEviction'],
  );
});

test('a node that comes back in time keeps its pods, and loses its taints once it reports', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 10).run(8, 'b').run(1, 'a', 'b');
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule', 'unreachable:NoExecute']);
  lab.report('a', 'True');
  t.deepEqual(lab.taints('a'), []);
  lab.run(30, 'a', 'b');
  t.deepEqual(lab.podsLeft(), ['p']);
});

test('a heartbeat of a lost node calls for a pass; one of a ready node does not', (t) => {
  const lab = new Lab('a', 'b').run(6, 'b');
  const trigger = lab.controller.triggers.find(({ definition }) => definition === (leaseKind as unknown));
  const keys = (name: string) => trigger?.keys(aLease(name), readerOf(lab.world));
  t.deepEqual(keys('a'), [{ namespace: '', name: 'a' }]);
  t.deepEqual(keys('b'), []);
});

test('a node that says it is not ready is tainted as such, and its pods leave after their toleration', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 3).run(1, 'a', 'b').report('a', 'False');
  t.deepEqual(lab.taints('a'), ['not-ready:NoSchedule', 'not-ready:NoExecute']);
  lab.run(2, 'a', 'b');
  t.deepEqual(lab.podsLeft(), ['p']);
  lab.run(1, 'a', 'b');
  t.deepEqual(lab.podsLeft(), []);
  lab.report('a', 'True');
  t.deepEqual(lab.taints('a'), []);
});

test('safety: when all nodes fall silent at once nothing is evicted, until one is heard again', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 10).pod('q', 'b', 10).run(60);
  t.deepEqual([lab.ready('a'), lab.ready('b')], ['Unknown', 'Unknown']);
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule']);
  t.deepEqual(lab.podsLeft(), ['p', 'q']);
  t.deepEqual(
    readerOf(lab.world)
      .list(podKind)
      .map(({ status }) => status?.conditions?.[0]?.status),
    ['True', 'True'],
    'and nothing stops being routed to',
  );
  const pass = passIn(lab.world, lab.controller, { namespace: '', name: 'a' });
  t.is(pass?.plan.reasons[0]?.type, 'all-silent');
  lab.run(1, 'b').report('b', 'True').run(4, 'b');
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule'], 'whoever was cut off, its grace begins anew');
  lab.run(1, 'b');
  t.deepEqual(lab.taints('a'), ['unreachable:NoSchedule', 'unreachable:NoExecute']);
  lab.run(9, 'b');
  t.deepEqual(lab.podsLeft(), ['p', 'q'], 'the toleration counts from then');
  lab.run(1, 'b');
  t.deepEqual(lab.podsLeft(), ['q']);
});

test('the only node of a cluster evicts nobody', (t) => {
  t.deepEqual(new Lab('a').pod('p', 'a', 10).run(120).podsLeft(), ['p']);
});

test('a restarted leader starts every grace anew: what it finds lost is not evicted at once', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 10).run(6, 'b');
  t.is(lab.ready('a'), 'Unknown');
  lab.away(3600);
  lab.controller = createNodeLifecycleController(lab.clock);
  lab.run(4, 'b');
  t.deepEqual(lab.podsLeft(), ['p'], 'though its toleration ran out an hour ago');
  lab.run(2, 'b');
  t.deepEqual(lab.podsLeft(), []);
});

test('a process that was stopped for a while condemns nobody for its own absence', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 10).run(3, 'a', 'b').away(3600).run(4, 'b');
  t.is(lab.ready('a'), 'True');
});

test('cordon and pressures are taints that only keep new pods away', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a', 1).run(1, 'a', 'b');
  lab.world = withChange(lab.world, nodeKind, { namespace: '', name: 'a' }, (node) => ({
    ...node,
    spec: { ...node.spec, unschedulable: true },
  }));
  lab.report('a', 'True', 'DiskPressure').run(5, 'a', 'b');
  t.deepEqual(lab.taints('a'), ['disk-pressure:NoSchedule', 'unschedulable:NoSchedule']);
  t.deepEqual(lab.podsLeft(), ['p']);
});

test("a user's NoExecute taint drives pods away that do not tolerate it, and stays", (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a').run(1, 'a', 'b');
  const taint: Taint = { key: 'maintenance', effect: 'NoExecute' };
  lab.world = withChange(lab.world, nodeKind, { namespace: '', name: 'a' }, (node) => ({
    ...node,
    spec: { taints: [taint] },
  }));
  lab.run(1, 'a', 'b');
  t.deepEqual(lab.podsLeft(), []);
  t.deepEqual(
    lab.taints('a'),
    ['maintenance:NoExecute'].map((text) => text),
  );
  t.truthy(lab.node('a').spec.taints?.[0]?.timeAdded);
});

test('pods whose node is gone are removed by force after the quarantine, unless it comes back', (t) => {
  const lab = new Lab('a', 'b').pod('p', 'a').pod('q', 'b');
  const controller = createGoneNodePodController(lab.clock);
  const look = (): string[] => {
    lab.world = settleAll([controller], lab.world).world;
    return readerOf(lab.world)
      .list(podKind)
      .map(({ metadata }) => metadata.name ?? '');
  };
  const gone = (name: string): void => {
    lab.world = withDeletion(lab.world, nodeKind, { namespace: '', name });
  };
  gone('a');
  gone('b');
  t.deepEqual(look(), ['p', 'q']);
  lab.away(GONE_NODE_QUARANTINE_MS / 1000 - 1);
  lab.world = withObject(lab.world, nodeKind, aNode('b'));
  t.deepEqual(look(), ['p', 'q']);
  const [p] = readerOf(lab.world).list(podKind);
  if (p === undefined) return t.fail();
  lab.away(1);
  const action = passIn(lab.world, controller, keyOf(p))?.plan.actions[0];
  t.deepEqual(action?.type === 'delete' && action.onlyIfAbsent?.map(({ name }) => name), ['a']);
  t.deepEqual(look(), ['q']);
});

test('whatever falls silent and comes back: only nodes that were lost lose pods, and it settles', (t) => {
  const steps = fc.array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 8 }),
      beating: fc.subarray(['a', 'b', 'c']),
      crash: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, (given) => {
      const lab = new Lab('a', 'b', 'c').pod('p', 'a', 10).pod('q', 'b', 10).pod('r', 'c', 10);
      const silentSeconds = { a: 0, b: 0, c: 0 };
      const longest = { a: 0, b: 0, c: 0 };
      for (const { seconds, beating, crash } of given) {
        if (crash) lab.controller = createNodeLifecycleController(lab.clock);
        lab.run(seconds, ...beating);
        for (const name of ['a', 'b', 'c'] as const) {
          silentSeconds[name] = beating.includes(name) ? 0 : silentSeconds[name] + seconds;
          longest[name] = Math.max(longest[name], silentSeconds[name]);
          if (beating.includes(name)) lab.report(name, 'True');
        }
      }
      for (const [node, pod] of [
        ['a', 'p'],
        ['b', 'q'],
        ['c', 'r'],
      ] as const) {
        if (!lab.podsLeft().includes(pod))
          t.true(longest[node] >= 15, `${pod} had to wait out grace and toleration`);
      }
      t.is(settleAll([lab.controller], lab.world).passes.length, 0);
    }),
    { numRuns: 40 },
  );
});
