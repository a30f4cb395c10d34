// How workloads stand, in a word, and which are old.
import test from 'ava';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { deploymentStanding, workloadRows } from './workload-rows.ts';

const deployment = (status: object, spec: object = {}): Deployment =>
  ({
    metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: 2 },
    spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'web:2' }] } }, ...spec },
    status: { observedGeneration: 2, updatedReplicas: 3, ...status },
  }) as unknown as Deployment;
const condition = (type: string, status: string) => ({ conditions: [{ type, status }] });

const rows: [what: string, of: Deployment, word: string][] = [
  ['all pods are there', deployment({ availableReplicas: 3 }), 'Available'],
  ['one is missing', deployment({ availableReplicas: 2 }), 'Degraded'],
  ['none is there', deployment({}), 'Unavailable'],
  ['old pods are still there', deployment({ availableReplicas: 3, updatedReplicas: 1 }), 'Updating'],
  [
    'the change has not been seen yet',
    deployment({ availableReplicas: 3, observedGeneration: 1 }),
    'Updating',
  ],
  ['it goes nowhere', deployment({ ...condition('Progressing', 'False') }), 'Stuck'],
  ['pods cannot be made', deployment({ ...condition('ReplicaFailure', 'True') }), 'Failing'],
  ['it is paused', deployment({ availableReplicas: 3 }, { paused: true }), 'Paused'],
  ['none are wanted', deployment({ updatedReplicas: 0 }, { replicas: 0 }), 'No pods'],
];

for (const [what, of, word] of rows)
  test(`${word} where ${what}`, (t) => {
    t.is(deploymentStanding(of).word, word);
  });

test('a ReplicaSet without pods is old; one with an owner is managed', (t) => {
  const replicaSet = (name: string, replicas: number, ownerReferences: object[] = []): ReplicaSet =>
    ({
      metadata: { name, uid: name, ownerReferences },
      spec: { replicas, template: { spec: { containers: [] } } },
      status: { availableReplicas: replicas },
    }) as unknown as ReplicaSet;
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true };
  const found = workloadRows({
    deployments: [],
    daemonSets: [],
    replicaSets: [replicaSet('old', 0, [owner]), replicaSet('own', 2)],
  });
  t.deepEqual(
    found.map(({ name, isOld, isManaged, standing }) => [name, isOld, isManaged, standing.word]),
    [
      ['old', true, true, 'No pods'],
      ['own', false, false, 'Available'],
    ],
  );
});

test('one that is being deleted says so', (t) => {
  const going = deployment({ availableReplicas: 3 });
  going.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  const [found] = workloadRows({ deployments: [going], daemonSets: [], replicaSets: [] });
  t.is(found?.standing.word, 'Terminating');
  t.is(found?.images, 'web:2');
});
