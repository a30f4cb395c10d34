import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import type { AnyObject, ObjectMeta } from '@gantry/api/meta';
import { findKind, kinds } from '@gantry/api/registry';
import { createGarbageControllers } from './garbage-controllers.ts';

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop', uid: 'r1' };
const pod = (metadata: ObjectMeta = {}, status: object = {}): AnyObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod', status },
  metadata: { name: 'p', namespace: 'web', uid: 'u1', ownerReferences: [owner], ...metadata },
});

const ROWS: [string, AnyObject, AnyObject, boolean][] = [
  ['a status', pod({ resourceVersion: '1' }), pod({ resourceVersion: '2' }, { phase: 'Running' }), true],
  ['labels', pod(), pod({ labels: { app: 'shop' } }), true],
  ['another owner', pod(), pod({ ownerReferences: [{ ...owner, uid: 'r2' }] }), false],
  ['no owner any more', pod(), pod({ ownerReferences: [] }), false],
  ['a finalizer', pod(), pod({ finalizers: ['foregroundDeletion'] }), false],
  ['a deletion', pod(), pod({ deletionTimestamp: '2026-01-01T00:00:00Z' }), false],
  ['another object of that name', pod(), pod({ uid: 'u2' }), false],
];

for (const [title, before, after, isIgnored] of ROWS) {
  test(`${title}: ${isIgnored ? 'wakes no collector' : 'is looked at'}`, (t) => {
    for (const { triggers } of createGarbageControllers(kinds, findKind)) {
      const ofPods = triggers.filter(({ definition }) => definition === podKind);
      t.is(ofPods.length, 1);
      t.is(ofPods[0]?.ignores?.(after, before), isIgnored);
    }
  });
}
