// The revisions of workloads: whose they are, their order, and templates that can be gone back to.
import test from 'ava';
import type { ControllerRevision } from './kinds/controller-revision.ts';
import type { ReplicaSet } from './kinds/replica-set.ts';
import { daemonSetRevisions, deploymentRevisions, REVISION } from './workload-revisions.ts';

const OWNER = { metadata: { name: 'web', uid: 'u1' } };
const ownedBy = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid }];

function replicaSet(name: string, revision: string, uid = 'u1'): ReplicaSet {
  const labels = { app: 'web', 'pod-template-hash': name };
  return {
    metadata: { name, annotations: { [REVISION]: revision }, ownerReferences: ownedBy(uid) },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: `web:${revision}` }] } },
    },
  } as unknown as ReplicaSet;
}

test('a Deployment has the revisions of its own ReplicaSets, oldest first, without the hash in their templates', (t) => {
  const sets = [replicaSet('b', '10'), replicaSet('x', '3', 'another'), replicaSet('a', '9')];
  t.deepEqual(deploymentRevisions(sets, OWNER), [
    {
      keptBy: 'a',
      number: 9,
      changeCause: '<none>',
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image: 'web:9' }] },
      },
    },
    {
      keptBy: 'b',
      number: 10,
      changeCause: '<none>',
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image: 'web:10' }] },
      },
    },
  ]);
  t.is(sets[0]?.spec.template.metadata?.labels?.['pod-template-hash'], 'b', 'the ReplicaSet stays as it was');
});

test('a DaemonSet has those of its ControllerRevisions', (t) => {
  const kept = (revision: number, uid = 'u1') =>
    ({
      metadata: {
        name: `logs-${revision}`,
        annotations: { 'kubernetes.io/change-cause': `change ${revision}` },
        ownerReferences: ownedBy(uid),
      },
      revision,
      data: { spec: { template: { spec: { containers: [] } } } },
    }) as unknown as ControllerRevision;
  t.deepEqual(
    daemonSetRevisions([kept(2), kept(1), kept(3, 'another')], OWNER).map(({ number, changeCause }) => [
      number,
      changeCause,
    ]),
    [
      [1, 'change 1'],
      [2, 'change 2'],
    ],
  );
});
