// What pods wait for, in the words that users read, and how it is counted for their workloads.
import test from 'ava';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import type { Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { controllerReference } from '@gantry/api/owner-references';
import type { AnyObject } from '@gantry/api/meta';
import { findKind } from '@gantry/api/registry';
import { podWait, type PodWait } from './pod-wait.ts';
import { waitingWorkloads } from './pods-not-ready.ts';

const CREATED = '2026-01-01T00:00:00Z';
const image = 'nosuch:1';

interface Facts {
  node?: string;
  spec?: object;
  status?: object;
  metadata?: object;
}

function aPod({ node = 'n1', spec = {}, status = {}, metadata = {} }: Facts): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'default', uid: 'u', creationTimestamp: CREATED, ...metadata },
    spec: { containers: [{ name: 'app', image }], ...(node === '' ? {} : { nodeName: node }), ...spec },
    status: { phase: 'Pending', ...status },
  };
}

const container = (state: object, more: object = {}): object => ({
  containerStatuses: [{ name: 'app', image, imageID: '', ready: false, restartCount: 0, state, ...more }],
});
const waits = (reason: string, message?: string, more: object = {}): object =>
  container({ waiting: { reason, ...(message === undefined ? {} : { message }) } }, more);
const condition = (type: string, status: string, more: object = {}): object => ({
  conditions: [{ type, status, lastTransitionTime: '2026-01-01T00:01:00Z', ...more }],
});
const runs = { running: { startedAt: CREATED } };
const probe = { exec: { command: ['true'] } };

/** The pod, who says so, the type, the few words, the sentence. */
const rows: [Facts, PodWait['says'], string, string, string][] = [
  [
    {
      node: '',
      status: condition('PodScheduled', 'False', {
        message: '0/1 nodes are available: 1 Insufficient memory.',
      }),
    },
    ...([
      'scheduler',
      'unschedulable',
      'no node fits',
      'no node fits: 0/1 nodes are available: 1 Insufficient memory; tried again when a node or another pod changes',
    ] as const),
  ],
  [
    {
      node: '',
      status: {
        ...condition('PodScheduled', 'False', { message: '0/1 nodes are available: 1 Insufficient cpu.' }),
        nominatedNodeName: 'n2',
      },
    },
    ...([
      'scheduler',
      'preempting',
      'room is being made',
      'no node fits: 0/1 nodes are available: 1 Insufficient cpu; room is being made on node n2, pods of lower priority leave it',
    ] as const),
  ],
  [
    { node: '', spec: { schedulingGates: [{ name: 'a.b/quota' }, { name: 'c' }] } },
    'scheduler',
    'gated',
    'scheduling gates',
    'not to be scheduled yet: whoever set a.b/quota, c in spec.schedulingGates has to take it away',
  ],
  [{ node: '' }, 'scheduler', 'unscheduled', 'no node yet', 'waiting to be given a node'],
  [
    { node: '', spec: { schedulerName: 'mine' } },
    'scheduler',
    'foreign-scheduler',
    'left to scheduler "mine"',
    'left to scheduler "mine", which has to be run by somebody else',
  ],
  [
    { status: waits('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: no such image`) },
    'agent',
    'image-pull',
    'image pull back-off',
    'container app: the image "nosuch:1" cannot be pulled: no such image; tried again at growing intervals',
  ],
  [
    { status: waits('ErrImagePull', 'no such image') },
    'agent',
    'image-pull',
    'the image cannot be pulled',
    'container app: the image "nosuch:1" cannot be pulled: no such image; tried again at growing intervals',
  ],
  [
    { status: waits('ErrImageNeverPull', 'any') },
    'agent',
    'image-absent',
    'the image is not on the node',
    'container app: the image "nosuch:1" is not on node n1 and imagePullPolicy is Never; load it there or allow pulling',
  ],
  [
    { status: waits('InvalidImageName', 'bad reference') },
    'agent',
    'image-name',
    'the image has no valid name',
    'container app: the image "nosuch:1" has no valid name: bad reference',
  ],
  [
    {
      status: waits('CrashLoopBackOff', 'back-off 10s', {
        restartCount: 3,
        lastState: { terminated: { exitCode: 7 } },
      }),
    },
    'agent',
    'crash-loop',
    'crash loop back-off',
    'container app: ended with exit code 7 and is started again after a while, 3 times so far; what it said: gantry logs web-1 -c app --previous',
  ],
  [
    { status: waits('CreateContainerConfigError', 'configmap "settings" not found') },
    'agent',
    'configuration',
    'configuration is missing',
    'container app: configuration is missing: configmap "settings" not found; it starts as soon as that is there',
  ],
  [
    { status: waits('CreateContainerError', 'no space left on device') },
    'agent',
    'container-waits',
    'CreateContainerError',
    'container app: CreateContainerError: no space left on device',
  ],
  [
    { status: container({ terminated: { exitCode: 2 } }) },
    'agent',
    'ended',
    'a container has ended',
    'container app ended with exit code 2',
  ],
  [
    { status: container(runs), spec: { containers: [{ name: 'app', image, readinessProbe: probe }] } },
    'agent',
    'readiness-probe',
    'readiness probe has not succeeded',
    'container app runs, but its readiness probe has not succeeded yet',
  ],
  [
    {
      status: container(runs, { started: false }),
      spec: { containers: [{ name: 'app', image, readinessProbe: probe, startupProbe: probe }] },
    },
    'agent',
    'startup-probe',
    'startup probe has not succeeded',
    'container app runs, but its startup probe has not succeeded yet',
  ],
  [{ status: container(runs) }, 'agent', 'starting', 'starting', 'container app has just started'],
  [
    { status: waits('ContainerCreating') },
    'agent',
    'starting',
    'starting',
    'the containers are being started on node n1',
  ],
  [
    {
      status: {
        initContainerStatuses: [
          { name: 'prepare', image, imageID: '', ready: false, restartCount: 0, state: runs },
        ],
        ...waits('PodInitializing'),
      },
    },
    'agent',
    'initializing',
    'init container prepare runs',
    'init container prepare has to end before the others start',
  ],
  [
    { status: condition('Ready', 'False', { reason: 'NodeNotReady' }) },
    'agent',
    'node-silent',
    'node n1 is not heard',
    'node n1 is not heard: nobody knows how the containers are',
  ],
  [
    { metadata: { deletionTimestamp: CREATED, deletionGracePeriodSeconds: 30 } },
    'agent',
    'stopping',
    'stopping',
    'waiting for node n1 to stop the containers; they get 30 s before they are killed',
  ],
];

test('what a pod waits for, and what would change it', (t) => {
  for (const [facts, says, type, cause, sentence] of rows) {
    t.like(podWait(aPod(facts)), { says, type, cause, sentence }, sentence);
  }
  const since = podWait(aPod({ status: condition('Ready', 'False', { reason: 'NodeNotReady' }) }))?.since;
  t.is(since, '2026-01-01T00:01:00Z');
  t.is(podWait(aPod({}))?.since, CREATED);
});

test('a pod that is ready or has ended waits for nothing', (t) => {
  t.is(podWait(aPod({ status: condition('Ready', 'True') })), undefined);
  t.is(podWait(aPod({ status: { phase: 'Succeeded' } })), undefined);
  t.is(podWait(aPod({ node: '', metadata: { deletionTimestamp: CREATED } })), undefined);
});

test('pods that wait are counted by cause for their ReplicaSet and its Deployment', (t) => {
  const deployment = { ...named('Deployment', 'web') };
  const replicaSet = named('ReplicaSet', 'web-5d9', [controllerReference(deploymentKind, deployment)]);
  const reference = controllerReference(replicaSetKind, replicaSet);
  const podOf = (name: string, status: object, more: object = {}): Pod =>
    aPod({ status, metadata: { name, ownerReferences: [reference], ...more } });
  const pull = waits('ImagePullBackOff', 'no such image');
  const pods = [
    podOf('web-1', waits('ContainerCreating')),
    podOf('web-2', pull),
    podOf('web-3', pull),
    podOf('web-4', pull, { deletionTimestamp: CREATED }),
    podOf('web-5', pull, { ownerReferences: [{ ...reference, uid: 'of an older one' }] }),
  ];
  const objects: Record<string, AnyObject> = { Deployment: deployment, ReplicaSet: replicaSet };
  const cache = { get: ({ kind }: { kind: string }) => objects[kind] as never };
  const found = waitingWorkloads(
    pods.flatMap((pod) => {
      const wait = podWait(pod);
      return wait === undefined ? [] : [{ pod, wait }];
    }),
    cache,
    findKind,
  );
  const why =
    'container app: the image "nosuch:1" cannot be pulled: no such image; tried again at growing intervals';
  t.deepEqual(
    found.map(({ object, sentences }) => [object.metadata.name, ...sentences]),
    [
      ['web-5d9', `2 pods are not ready: image pull back-off (${why})`, '1 pod is not ready: starting'],
      [
        'web',
        `2 pods of web-5d9 are not ready: image pull back-off (${why})`,
        '1 pod of web-5d9 is not ready: starting',
      ],
    ],
  );
  t.deepEqual(found[1]?.reasons, [
    { type: 'pods-not-ready', pods: 2, of: 'web-5d9', cause: 'image pull back-off' },
    { type: 'pods-not-ready', pods: 1, of: 'web-5d9', cause: 'starting' },
  ]);
});

function named(kind: string, name: string, ownerReferences: object[] = []): AnyObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'default', uid: name, ownerReferences } as AnyObject['metadata'],
  };
}
