import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Action, ActionFailure } from '../../engine/controller.ts';
import { describeReason } from '../../engine/reason-text.ts';
import { passIn, settle, type ToyPass } from '../../engine/settle.ts';
import { boundTo, finished, podsOf, running } from '../../engine/toy-pods.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { isActive } from '../pod-condition.ts';
import { aPod, aReplicaSet, aTemplate } from '../toy-workloads.ts';
import { replicaSetController } from './replica-set-controller.ts';

const KEY = { namespace: 'default', name: 'web' };
const controller = replicaSetController();

function worldWith(replicaSet: ReplicaSet, pods: readonly Pod[] = []): World {
  return withObjects(withObject(emptyWorld(), replicaSetKind, replicaSet), podKind, pods);
}

function pass(world: World, failure?: ActionFailure): ToyPass {
  const done = passIn(world, controller, KEY, failure === undefined ? {} : { failure });
  if (done === undefined) throw new Error('there is no ReplicaSet web');
  return done;
}

const types = (actions: readonly Action[]): string[] => actions.map(({ type }) => type);
const statusIn = (world: World) => readerOf(world).get(replicaSetKind, KEY)?.status;
const sentences = ({ plan }: ToyPass): string[] =>
  plan.reasons.map((reason) => describeReason(controller, reason));

test('missing pods are created from the template, under control, each with its event', (t) => {
  const { world } = pass(worldWith(aReplicaSet({ replicas: 2 })));
  const pods = podsOf(world);
  t.is(pods.length, 2);
  for (const pod of pods) {
    t.regex(pod.metadata.name ?? '', /^web-[a-z0-9]{5}$/);
    t.is(pod.metadata.generateName, 'web-');
    t.deepEqual(pod.metadata.labels, { app: 'web' });
    t.like(pod.metadata.ownerReferences?.[0], { kind: 'ReplicaSet', name: 'web', controller: true });
    t.deepEqual(pod.spec, aTemplate().spec);
  }
  t.deepEqual(
    world.events.map(({ reason, message }) => [reason, message.slice(0, 16)]),
    [
      ['SuccessfulCreate', 'Created pod: web'],
      ['SuccessfulCreate', 'Created pod: web'],
    ],
  );
});

test('replicas absent means one', (t) => {
  t.is(podsOf(settle(controller, worldWith(aReplicaSet()), KEY).world).length, 1);
});

test('orphans that match are adopted before new pods are made; others are left alone', (t) => {
  const other = aPod('other', { metadata: { labels: { app: 'db' } } });
  const world = worldWith(aReplicaSet({ replicas: 2 }), [aPod('orphan'), other]);
  const { world: settled } = settle(controller, world, KEY);
  const orphan = readerOf(settled).get(podKind, { namespace: 'default', name: 'orphan' });
  t.is(orphan?.metadata.ownerReferences?.[0]?.name, 'web');
  t.is(podsOf(settled).length, 3);
  t.is(
    readerOf(settled).get(podKind, { namespace: 'default', name: 'other' })?.metadata.ownerReferences,
    undefined,
  );
});

test('a pod that no longer matches is let go and replaced', (t) => {
  const { world: before } = settle(controller, worldWith(aReplicaSet({ replicas: 1 })), KEY);
  const [pod] = podsOf(before);
  const podKey = { namespace: 'default', name: pod?.metadata.name ?? '' };
  const relabelled = withChange(before, podKind, podKey, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { app: 'debug' } },
  }));
  const { world } = settle(controller, relabelled, KEY);
  t.is(readerOf(world).get(podKind, podKey)?.metadata.ownerReferences, undefined);
  t.is(podsOf(world).length, 2);
});

test("another owner's pods are never taken", (t) => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'x', controller: true };
  const taken = aPod('taken', { metadata: { ownerReferences: [owner] } });
  const { world } = settle(controller, worldWith(aReplicaSet({ replicas: 1 }), [taken]), KEY);
  t.deepEqual(
    readerOf(world).get(podKind, { namespace: 'default', name: 'taken' })?.metadata.ownerReferences,
    [owner],
  );
  t.is(podsOf(world).length, 2);
});

test('surplus pods go, the least serving first; an orphan is adopted before it may go', (t) => {
  let world = settle(controller, worldWith(aReplicaSet({ replicas: 2 })), KEY).world;
  for (const pod of podsOf(world)) world = running(boundTo(world, pod, 'n1'), pod, true);
  const adopting = pass(withObject(world, podKind, aPod('orphan')));
  t.deepEqual(types(adopting.changes), ['update', 'write-status']);
  const deleting = pass(adopting.world);
  t.deepEqual(types(deleting.changes), ['delete']);
  t.deepEqual(sentences(deleting), [
    'deleting 1 pod, 2 to remain',
    'waiting for 1 of 3 pods to become ready',
  ]);
  t.false(podsOf(deleting.world).some((pod) => pod.metadata.name === 'orphan' && isActive(pod)));
});

test('finished and deleted pods do not count', (t) => {
  let world = settle(controller, worldWith(aReplicaSet({ replicas: 2 })), KEY).world;
  const [first, second] = podsOf(world);
  if (first === undefined || second === undefined) throw new Error('two pods were expected');
  world = finished(world, first, 'Failed');
  world = settle(controller, world, KEY).world;
  t.is(podsOf(world).length, 3);
  t.is(statusIn(world)?.replicas, 2);
});

test('a ReplicaSet on its way out makes no pods, adopts none, and still reports', (t) => {
  const leaving = withDeletion(
    worldWith(aReplicaSet({ replicas: 3 }, { finalizers: ['hold'] }), [aPod('orphan')]),
    replicaSetKind,
    KEY,
  );
  const done = pass(leaving);
  t.deepEqual(types(done.changes), ['write-status']);
  t.deepEqual(sentences(done), ['being deleted: no pods are made or removed']);
});

test('status counts labels, readiness and availability; time alone makes pods available', (t) => {
  const replicaSet = aReplicaSet({ replicas: 3, minReadySeconds: 10 });
  let world = settle(controller, worldWith(replicaSet), KEY).world;
  const [first, second] = podsOf(world);
  world = running(world, first ?? aPod('x'), true);
  world = running(later(world, 4000), second ?? aPod('x'), true);
  const early = pass(world);
  t.like(statusIn(early.world), {
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 2,
    observedGeneration: 1,
  });
  t.is(statusIn(early.world)?.availableReplicas, undefined);
  t.is(early.plan.recheckAfterMs, 6000);
  const late = pass(later(early.world, 6000));
  t.is(statusIn(late.world)?.availableReplicas, 1);
  t.is(late.plan.recheckAfterMs, 4000);
});

test('a refused creation shows as ReplicaFailure until the pods are there', (t) => {
  const failure: ActionFailure = {
    type: 'create',
    definition: podKind,
    name: 'web-x',
    code: 'Forbidden',
    message: 'exceeded quota',
  };
  const start = worldWith(aReplicaSet({ replicas: 1 }));
  const failed = passIn(start, controller, KEY, { failure, crashAfter: 0 });
  const status = failed?.plan.status as ReplicaSet['status'];
  t.like(status?.conditions?.[0], {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'exceeded quota',
  });
  const marked = withChange(start, replicaSetKind, KEY, (rs) => ({ ...rs, status }), 'status');
  const again = passIn(marked, controller, KEY, { crashAfter: 0 });
  t.is((again?.plan.status as ReplicaSet['status'])?.conditions?.length, 1, 'a restart forgets no failure');
  t.is(statusIn(settle(controller, marked, KEY).world)?.conditions, undefined);
});

test('one pass makes a bounded number of pods', (t) => {
  const first = pass(worldWith(aReplicaSet({ replicas: 501 })));
  t.is(podsOf(first.world).length, 500);
  t.is(podsOf(pass(first.world).world).length, 501);
});

test('scaling to nothing and a settled state plan nothing', (t) => {
  const settled = settle(controller, worldWith(aReplicaSet({ replicas: 3 })), KEY).world;
  t.deepEqual(pass(settled).changes, []);
  const scaled = withChange(settled, replicaSetKind, KEY, (rs) => ({
    ...rs,
    spec: { ...rs.spec, replicas: 0 },
  }));
  t.is(podsOf(settle(controller, scaled, KEY).world).filter(isActive).length, 0);
});
