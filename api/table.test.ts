import test from 'ava';
import type { KindDefinition } from './definition.ts';
import { kinds } from './registry.ts';
import { columnDefinitions, rowCells } from './table.ts';
import type { AnyObject } from './meta.ts';
import { endpointSliceKind } from './kinds/endpoint-slice.ts';
import { eventKind } from './kinds/event.ts';
import { analysisRunKind } from './kinds/analysis-run.ts';
import { analysisTemplateKind } from './kinds/analysis-template.ts';
import { cronJobKind } from './kinds/cron-job.ts';
import { controllerRevisionKind } from './kinds/controller-revision.ts';
import { configMapKind } from './kinds/config-map.ts';
import { daemonSetKind } from './kinds/daemon-set.ts';
import { deploymentKind } from './kinds/deployment.ts';
import { jobKind } from './kinds/job.ts';
import { leaseKind } from './kinds/lease.ts';
import { namespaceKind } from './kinds/namespace.ts';
import { nodeKind } from './kinds/node.ts';
import { priorityClassKind } from './kinds/priority-class.ts';
import { replicaSetKind } from './kinds/replica-set.ts';
import { secretKind } from './kinds/secret.ts';
import { serviceAccountKind } from './kinds/service-account.ts';
import { serviceKind } from './kinds/service.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();

const TEMPLATE = {
  spec: {
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2' },
    ],
    nodeSelector: { disk: 'ssd' },
  },
};
const SELECTOR = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] };

const ROWS: [KindDefinition, string, object, (string | number | boolean)[]][] = [
  [
    analysisTemplateKind,
    'two metrics',
    { spec: { metrics: [{ name: 'a' }, { name: 'b' }] } },
    ['x', 2, 'a,b', '5m'],
  ],
  [
    analysisRunKind,
    'under way',
    {
      spec: { metrics: [] },
      status: {
        phase: 'Running',
        message: 'why',
        metricResults: [{ name: 'a', measurements: [{ value: '0.9' }] }, { name: 'b' }],
      },
    },
    ['x', 'Running', '5m', 'a=0.9,b=-', 'why'],
  ],
  [
    deploymentKind,
    'half way',
    {
      spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE },
      status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    },
    ['x', '1/3', 2, 1, '5m', 'a,b', 'a:1,b:2', 'app=web,tier'],
  ],
  [
    deploymentKind,
    'fresh',
    { spec: { selector: {}, template: TEMPLATE } },
    ['x', '0/1', 0, 0, '5m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    replicaSetKind,
    'running',
    {
      spec: { replicas: 2, selector: SELECTOR, template: TEMPLATE },
      status: { replicas: 2, readyReplicas: 1 },
    },
    ['x', 2, 2, 1, '5m', 'a,b', 'a:1,b:2', 'app=web,tier'],
  ],
  [
    daemonSetKind,
    'running',
    {
      spec: { selector: SELECTOR, template: TEMPLATE },
      status: {
        desiredNumberScheduled: 5,
        currentNumberScheduled: 4,
        numberReady: 3,
        updatedNumberScheduled: 2,
        numberAvailable: 1,
      },
    },
    ['x', 5, 4, 3, 2, 1, 'disk=ssd', '5m', 'a,b', 'a:1,b:2', 'app=web,tier'],
  ],
  [
    jobKind,
    'complete',
    {
      spec: { completions: 3, selector: SELECTOR, template: TEMPLATE },
      status: {
        succeeded: 3,
        startTime: ago(100),
        completionTime: ago(10),
        conditions: [{ type: 'Complete', status: 'True' }],
      },
    },
    ['x', 'Complete', '3/3', '90s', '5m', 'a,b', 'a:1,b:2', 'app=web,tier'],
  ],
  [
    jobKind,
    'a work queue at work',
    { spec: { parallelism: 2, template: TEMPLATE }, status: { startTime: ago(100) } },
    ['x', 'Running', '0/1 of 2', '100s', '5m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    jobKind,
    'being deleted',
    { metadata: { deletionTimestamp: ago(1) }, spec: { template: TEMPLATE } },
    ['x', 'Terminating', '0/1', '', '5m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    cronJobKind,
    'never yet',
    { spec: { schedule: '@daily', jobTemplate: { spec: { template: TEMPLATE } } } },
    ['x', '@daily', '<none>', 'False', 0, '<none>', '5m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    cronJobKind,
    'suspended while one runs',
    {
      spec: {
        schedule: '@daily',
        timeZone: 'Etc/UTC',
        suspend: true,
        jobTemplate: { spec: { template: TEMPLATE } },
      },
      status: { active: [{}], lastScheduleTime: ago(30) },
    },
    ['x', '@daily', 'Etc/UTC', 'True', 1, '30s', '5m', 'a,b', 'a:1,b:2', '<none>'],
  ],
  [
    nodeKind,
    'ready',
    {
      metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'db' } },
      spec: {},
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        nodeInfo: {
          kubeletVersion: 'v1',
          osImage: 'Debian',
          kernelVersion: '6',
          containerRuntimeVersion: 'docker://20',
        },
      },
    },
    ['x', 'Ready', 'db,worker', '5m', 'v1', '10.0.0.1', '<none>', 'Debian', '6', 'docker://20'],
  ],
  [
    nodeKind,
    'cordoned and lost',
    { spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    [
      'x',
      'NotReady,SchedulingDisabled',
      '<none>',
      '5m',
      '',
      '<none>',
      '<none>',
      '<unknown>',
      '<unknown>',
      '<unknown>',
    ],
  ],
  [
    nodeKind,
    'silent',
    { spec: {} },
    ['x', 'Unknown', '<none>', '5m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
  ],
  [namespaceKind, 'active', { status: { phase: 'Active' } }, ['x', 'Active', '5m']],
  [namespaceKind, 'going', { metadata: { deletionTimestamp: ago(1) } }, ['x', 'Terminating', '5m']],
  [configMapKind, 'both kinds of entries', { data: { a: '' }, binaryData: { b: '' } }, ['x', 2, '5m']],
  [secretKind, 'plain', { data: { a: '' } }, ['x', 'Opaque', 1, '5m']],
  [serviceAccountKind, 'plain', {}, ['x', 0, '5m']],
  [priorityClassKind, 'plain', { value: 1000 }, ['x', 1000, false, '5m', 'PreemptLowerPriority']],
  [leaseKind, 'held', { spec: { holderIdentity: 'node-1' } }, ['x', 'node-1', '5m']],
  [
    controllerRevisionKind,
    'owned',
    {
      revision: 2,
      metadata: {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true },
        ],
      },
    },
    ['x', 'daemonset.apps/d', 2, '5m'],
  ],
  [
    serviceKind,
    'with node ports',
    {
      spec: {
        type: 'NodePort',
        clusterIP: '10.96.0.9',
        ports: [
          { port: 80, nodePort: 30_080 },
          { port: 53, protocol: 'UDP' },
        ],
        selector: { app: 'web' },
      },
    },
    ['x', 'NodePort', '10.96.0.9', '<none>', '80:30080/TCP,53/UDP', '5m', 'app=web'],
  ],
  [
    serviceKind,
    'for another name',
    { spec: { type: 'ExternalName', externalName: 'db.example.com' } },
    ['x', 'ExternalName', '<none>', 'db.example.com', '<none>', '5m', '<none>'],
  ],
  [
    serviceKind,
    'that waits for an address outside',
    { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.9', ports: [{ port: 80 }] } },
    ['x', 'LoadBalancer', '10.96.0.9', '<pending>', '80/TCP', '5m', '<none>'],
  ],
  [
    endpointSliceKind,
    'with many endpoints',
    {
      addressType: 'IPv4',
      ports: [{ port: 80 }, { name: 'all' }],
      endpoints: [1, 2, 3, 4, 5].map((last) => ({ addresses: [`10.1.0.${last}`] })),
    },
    ['x', 'IPv4', '80,*', '10.1.0.1,10.1.0.2,10.1.0.3 + 2 more...', '5m'],
  ],
  [
    endpointSliceKind,
    'without any',
    { addressType: 'IPv4', endpoints: [] },
    ['x', 'IPv4', '<unset>', '<unset>', '5m'],
  ],
  [
    eventKind,
    'seen several times',
    {
      involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{web}' },
      reason: 'BackOff',
      message: ' waiting\n',
      type: 'Warning',
      source: { component: 'agent', host: 'node-1' },
      firstTimestamp: ago(60),
      lastTimestamp: ago(5),
      count: 4,
    },
    [
      '5s',
      'Warning',
      'BackOff',
      'pod/web',
      'spec.containers{web}',
      'agent, node-1',
      'waiting',
      '60s',
      4,
      'x',
    ],
  ],
  [
    eventKind,
    'of the newer form',
    { involvedObject: { kind: 'Node' }, eventTime: ago(7), reportingComponent: 'scheduler' },
    ['7s', '', '', 'node', '', 'scheduler', '', '7s', 1, 'x'],
  ],
];

for (const [definition, title, fields, cells] of ROWS) {
  test(`${definition.kind} ${title}`, (t) => {
    const { metadata = {}, ...rest } = fields as { metadata?: object };
    const object = {
      metadata: { name: 'x', creationTimestamp: ago(300), ...metadata },
      ...rest,
    } as unknown as AnyObject;
    t.deepEqual(rowCells(definition, object, NOW_MS), cells);
    t.is(columnDefinitions(definition).length, cells.length);
  });
}

test('every kind tells its name and, but for events, its age', (t) => {
  for (const definition of kinds) {
    const columns = columnDefinitions(definition).map(({ name }) => name);
    t.true(columns.includes('Name'), definition.kind);
    t.true(columns.includes(definition === eventKind ? 'Last Seen' : 'Age'), definition.kind);
    t.is(new Set(columns).size, columns.length);
  }
});

test('a broken object is a broken cell, not a broken table', (t) => {
  const broken = { metadata: { name: 'x' } } as AnyObject;
  t.is(rowCells(deploymentKind, broken, NOW_MS)[0], 'x');
  t.true(rowCells(deploymentKind, broken, NOW_MS).includes('<invalid>'));
});
