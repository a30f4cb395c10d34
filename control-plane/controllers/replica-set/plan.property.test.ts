import test from 'ava';
import fc from 'fast-check';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { isControlledBy } from '@gantry/api/owner-references';
import { passIn, settle } from '../../engine/settle.ts';
import { podsOf, stopped } from '../../engine/toy-pods.ts';
import { emptyWorld, readerOf, withObject, withObjects, type World } from '../../engine/toy-world.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { aPod, aReplicaSet } from '../toy-workloads.ts';
import { replicaSetController } from './replica-set-controller.ts';

const KEY = { namespace: 'default', name: 'web' };
const controller = replicaSetController();
const OWN = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true };
const FOREIGN = { ...OWN, name: 'other', uid: 'other' };

/** Pods in any state: own, orphaned or foreign, matching or not. */
const POD = fc
  .record({
    owner: fc.constantFrom('own', 'own', 'own', 'orphan', 'foreign'),
    matches: fc.constantFrom(true, true, true, false),
    bound: fc.constantFrom(true, true, false),
    phase: fc.constantFrom<'Pending' | 'Running' | 'Failed'>(
      'Running',
      'Running',
      'Running',
      'Pending',
      'Failed',
    ),
    ready: fc.boolean(),
    finalizer: fc.boolean(),
  })
  .map(({ owner, matches, bound, phase, ready, finalizer }) => (index: number): Pod => {
    const references = { own: [OWN], foreign: [FOREIGN], orphan: undefined }[owner];
    return aPod(`pod-${index}`, {
      metadata: {
        labels: { app: matches ? 'web' : 'no' },
        ...(references === undefined ? {} : { ownerReferences: references }),
        ...(finalizer ? { finalizers: ['test/hold'] } : {}),
      },
      spec: bound ? { nodeName: `n${index % 3}` } : {},
      status: {
        phase,
        conditions: [{ type: 'Ready', status: ready && phase === 'Running' ? 'True' : 'False' }],
      },
    });
  });

const START = fc
  .record({ replicas: fc.nat(8), pods: fc.array(POD, { maxLength: 10, size: 'max' }) })
  .map(({ replicas, pods }): World => {
    const replicaSet = aReplicaSet({ replicas }, { uid: 'rs' });
    const world = withObject(emptyWorld(), replicaSetKind, replicaSet);
    return withObjects(
      world,
      podKind,
      pods.map((make, index) => make(index)),
    );
  });

const ownActive = (world: World): Pod[] => {
  const replicaSet = readerOf(world).get(replicaSetKind, KEY);
  return podsOf(world).filter(
    (pod) => isActive(pod) && replicaSet !== undefined && isControlledBy(pod, replicaSet),
  );
};

test('from any start it settles on the wanted number and then plans nothing', (t) => {
  fc.assert(
    fc.property(START, (start) => {
      const { world, passes } = settle(controller, start, KEY);
      const replicaSet = readerOf(world).get(replicaSetKind, KEY);
      t.is(ownActive(world).length, replicaSet?.spec.replicas ?? 1);
      t.is(replicaSet?.status?.replicas, replicaSet?.spec.replicas);
      t.true(passes.length <= 4, `${passes.length} passes`);
      t.deepEqual(passIn(stopped(world), controller, KEY)?.plan.actions, []);
    }),
    { numRuns: 100 },
  );
});

test('a crash between any two actions costs nothing: the next pass goes on from what is there', (t) => {
  fc.assert(
    fc.property(START, fc.array(fc.nat(6), { maxLength: 6 }), (start, crashes) => {
      const crashed = crashes.reduce(
        (world, crashAfter) => passIn(world, controller, KEY, { crashAfter })?.world ?? world,
        start,
      );
      const { world } = settle(controller, crashed, KEY);
      t.is(ownActive(world).length, readerOf(world).get(replicaSetKind, KEY)?.spec.replicas ?? 1);
    }),
    { numRuns: 100 },
  );
});

test('no ready pod goes while an unready one stays, and foreign pods are never touched', (t) => {
  fc.assert(
    fc.property(START, (start) => {
      const foreign = (world: World) =>
        podsOf(world).filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === 'other');
      let hasLostReady = false;
      const { world } = settle(controller, start, KEY, (_after, action, before) => {
        if (action.type !== 'delete') return;
        const victim = readerOf(before).get(podKind, action.ref);
        hasLostReady ||= victim !== undefined && isReady(victim) && victim.spec.nodeName !== undefined;
      });
      if (hasLostReady) t.true(ownActive(world).every(isReady));
      t.deepEqual(foreign(world), foreign(start));
    }),
    { numRuns: 100 },
  );
});
