import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { keyOf } from '@gantry/api/meta';
import { isConflict } from '@gantry/api/status-error';
import { boundTo, podsOf, running } from './toy-pods.ts';
import { emptyWorld, later, readerOf, withAction, withChange, withObject } from './toy-world.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};
const KEY = { namespace: 'default', name: 'a' };

test('a created object gets identity and time, and the old world stays as it was', (t) => {
  const empty = emptyWorld();
  const world = withObject(empty, podKind, POD);
  const pod = readerOf(world).get(podKind, KEY);
  t.like(pod?.metadata, { uid: 'uid-2', resourceVersion: '2', creationTimestamp: '2026-01-01T00:00:00Z' });
  t.is(readerOf(empty).get(podKind, KEY), undefined);
});

test('observed objects are frozen to the bottom', (t) => {
  const pod = readerOf(withObject(emptyWorld(), podKind, POD)).get(podKind, KEY);
  t.throws(() => Object.assign(pod?.spec.containers[0] ?? {}, { image: 'other' }), { instanceOf: TypeError });
});

test('an update on an older state is refused; one that changes nothing writes nothing', (t) => {
  const first = withObject(emptyWorld(), podKind, POD);
  const observed = readerOf(first).get(podKind, KEY) as Pod;
  const second = boundTo(first, observed, 'n1');
  const action = { type: 'update' as const, definition: podKind, object: { ...observed, extra: 1 } };
  t.true(isConflict(t.throws(() => withAction(second, action))));
  t.is(
    withChange(second, podKind, KEY, (pod) => ({ ...pod })),
    second,
  );
});

test('generation counts changes of the desired state only', (t) => {
  const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'r', namespace: 'd' } };
  const key = keyOf(replicaSet);
  let world = withObject(emptyWorld(), replicaSetKind, { ...replicaSet, spec: { replicas: 1 } });
  world = withChange(world, replicaSetKind, key, (rs) => ({ ...rs, status: { replicas: 3 } }), 'status');
  t.is(readerOf(world).get(replicaSetKind, key)?.metadata.generation, 1);
  world = withChange(world, replicaSetKind, key, (rs) => ({ ...rs, spec: { ...rs.spec, replicas: 2 } }));
  t.is(readerOf(world).get(replicaSetKind, key)?.metadata.generation, 2);
  t.is(readerOf(world).get(replicaSetKind, key)?.status?.replicas, 3);
});

test('a pod keeps the time since when it is ready', (t) => {
  const world = withObject(emptyWorld(), podKind, POD);
  const ready = running(world, POD, true);
  t.is(running(later(ready, 5000), POD, true).revision, ready.revision);
  const [pod] = podsOf(ready);
  t.is(pod?.status?.conditions?.[0]?.lastTransitionTime, '2026-01-01T00:00:00Z');
});

test('indexes find pods by node and by owner', (t) => {
  const owned = {
    ...POD,
    metadata: {
      ...POD.metadata,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u1', controller: true },
      ],
    },
  };
  const world = boundTo(withObject(emptyWorld(), podKind, owned), POD, 'n1');
  t.is(readerOf(world).byIndex(podKind, 'spec.nodeName', 'n1').length, 1);
  t.is(readerOf(world).byIndex(podKind, 'owner', 'u1').length, 1);
  t.is(readerOf(world).byIndex(podKind, 'owner', 'u2').length, 0);
});
