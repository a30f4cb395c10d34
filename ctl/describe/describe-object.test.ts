import test from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import type { Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { describeObject } from './describe-object.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const around = { pods: [], replicaSets: [], endpointSlices: [], nowMs: NOW };
const meta = { name: 'web', namespace: 'default', uid: 'u1', creationTimestamp: '2026-01-01T00:00:00Z' };
const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
};
const selector = { matchLabels: { app: 'web' } };

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta,
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'web',
        image: 'web:1',
        readinessProbe: { httpGet: { port: 8080, path: '/ready' } },
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
        resources: { requests: { cpu: '500m', memory: '64Mi' }, limits: { cpu: '1' } },
      },
    ],
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    containerStatuses: [
      {
        name: 'web',
        ready: false,
        restartCount: 3,
        image: 'web:1',
        imageID: '',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      },
    ],
  },
} satisfies AnyObject;

const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {},
  involvedObject: { kind: 'Pod', name: 'web' },
  type: 'Warning',
  reason: 'BackOff',
  message: 'restarting failed container',
  count: 4,
  firstTimestamp: '2026-01-01T00:50:00Z',
  lastTimestamp: '2026-01-01T00:59:00Z',
  source: { component: 'agent' },
} satisfies Event;

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', uid: 'n1' },
  spec: { unschedulable: true },
  status: {
    allocatable: { cpu: '2', memory: '1Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
} satisfies AnyObject;

const cases: [string, AnyObject, object, readonly RegExp[]][] = [
  [
    'a pod says why it waits',
    pod,
    {},
    [
      /State: +Waiting: CrashLoopBackOff\n +back-off 40s/,
      /Last State: +Terminated: OOMKilled, exit code 137/,
      /Restart Count: +3/,
      /Readiness: +http-get http:\/\/:8080\/ready delay=0s timeout=1s period=10s #success=1 #failure=3/,
      /A: +<key k of Secret s>/,
      /Tolerations: +a:NoExecute op=Exists for 300s/,
      /Ready +False +ContainersNotReady/,
      /Warning +BackOff +60s \(x4 over 10m\) +agent +restarting failed container/,
    ],
  ],
  [
    'a node says what is allocated',
    node,
    { pods: [pod as unknown as Pod] },
    [
      /State: +Ready,SchedulingDisabled/,
      /cpu +500m \(25%\) +1000m \(50%\)/,
      /memory +64Mi \(6%\)/,
      /pods +1 of 110/,
    ],
  ],
  [
    'a deployment says how far it is',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta,
      spec: { replicas: 3, selector, template, strategy: { type: 'Recreate' } },
      status: { updatedReplicas: 2, replicas: 3, availableReplicas: 1, unavailableReplicas: 2 },
    },
    {},
    [/Replicas: +3 desired \| 2 updated \| 3 total \| 1 available \| 2 unavailable/, /Strategy: +Recreate/],
  ],
  [
    'a replica set counts its pods',
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta, spec: { replicas: 2, selector, template } },
    {},
    [/Replicas: +0 current \/ 2 desired/, /0 Running \/ 0 Waiting/],
  ],
  [
    'a daemon set counts its nodes',
    { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: meta, spec: { selector, template } },
    {},
    [/Nodes Desired: +0/],
  ],
  [
    'a job says how long it took',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta,
      spec: { template, completions: 2 },
      status: { succeeded: 2, startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:00:30Z' },
    },
    {},
    [/Duration: +30s/, /2 Succeeded/],
  ],
  [
    'a cron job says when it ran',
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta,
      spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template } } },
    },
    {},
    [/Schedule: +\*\/5/, /Last Schedule Time: +<none>/],
  ],
  [
    'a secret shows no values',
    { apiVersion: 'v1', kind: 'Secret', metadata: meta, type: 'Opaque', data: { password: 'aHVudGVyMg==' } },
    {},
    [/password: +7 bytes/, /^(?![\s\S]*aHVudGVyMg)/],
  ],
];
for (const [title, object, extra, expected] of cases) {
  test(title, (t) => {
    const text = describeObject(
      object,
      { ...around, ...extra },
      { why: [], events: object.kind === 'Pod' ? [event] : [] },
    );
    t.notRegex(text, /^Why:/m);
    for (const pattern of expected) t.regex(text, pattern);
  });
}

test('why it is so stands before the events, a line each', (t) => {
  const why = ['no node fits: 0/1 nodes are available', 'next try in 8 s'];
  const text = describeObject(pod, around, { why, events: [] });
  t.regex(text, /^Why: +no node fits: 0\/1 nodes are available\n +next try in 8 s\nEvents: +<none>\n$/m);
});

test('what the status says already is not said again', (t) => {
  const experiment = {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Experiment', metadata: meta },
    spec: { templates: [] },
    status: { reasons: ['all templates are available'] },
  } as AnyObject;
  const why = ['all templates are available', 'next try in 8 s'];
  const text = describeObject(experiment, around, { why, events: undefined });
  t.regex(text, /^Waits: +all templates are available\nWhy: +next try in 8 s$/m);
});

test('a Service: its ports, and what stands behind them', (t) => {
  const service: AnyObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta,
    spec: {
      type: 'NodePort',
      clusterIP: '10.96.0.9',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30_080 }],
    },
  };
  const slice = {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: {}, addressType: 'IPv4' },
    ports: [{ name: 'http', port: 8080 }],
    endpoints: [
      { addresses: ['10.1.0.1'], conditions: { ready: true } },
      { addresses: ['10.1.0.2'], conditions: { ready: false } },
    ],
  } as const;
  const near = { ...around, endpointSlices: [slice as never] };
  const text = describeObject(service, near, { why: [], events: [] });
  t.regex(text, /Selector: +app=web\n/);
  t.regex(text, /IP: +10\.96\.0\.9\n/);
  t.regex(text, /Port: +http {2}80\/TCP\n/);
  t.regex(text, /NodePort: +http {2}30080\/TCP\n/);
  t.regex(text, /Endpoints: +10\.1\.0\.1:8080\n/);
  t.regex(text, /Not Ready: +10\.1\.0\.2:8080\n/);
});

const condition = (type: string, status: string, reason: string) => ({
  ...{ type, status, reason, message: `${reason}, in words` },
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

test('a Gateway shows where it is reached, and what was made of each listener', (t) => {
  const text = describeObject(
    {
      ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: meta },
      spec: { gatewayClassName: 'gantry', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
      status: {
        addresses: [{ type: 'IPAddress', value: '10.0.0.1' }],
        conditions: [condition('Programmed', 'True', 'Programmed')],
        listeners: [
          { name: 'http', attachedRoutes: 2, conditions: [condition('Accepted', 'True', 'Accepted')] },
        ],
      },
    },
    around,
    { why: [], events: undefined },
  );
  t.regex(text, /Class: +gantry\nAddresses: +10\.0\.0\.1\n/);
  t.regex(text, /Programmed +True +Programmed +Programmed, in words/);
  t.regex(text, /Listener http:\n +Port: +80\/HTTP\n +Host: +\*\n +Routes: +2\n/);
  t.regex(text, /Accepted +True +Accepted/);
});

test('a route shows its rules with weights, and what each parent was told', (t) => {
  const text = describeObject(
    {
      ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: meta },
      spec: {
        hostnames: ['shop.example.com'],
        parentRefs: [{ name: 'gw' }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/a' }, method: 'GET' }],
            backendRefs: [
              { name: 'stable', port: 80, weight: 9 },
              { name: 'canary', port: 80, weight: 1 },
            ],
          },
        ],
      },
      status: {
        parents: [
          {
            ...{ parentRef: { name: 'gw' }, controllerName: 'gantry.dev/gateway' },
            conditions: [condition('ResolvedRefs', 'False', 'BackendNotFound')],
          },
        ],
      },
    },
    around,
    { why: [], events: undefined },
  );
  t.regex(text, /GET PathPrefix \/a +stable:80 \(weight 9\), canary:80 \(weight 1\)/);
  t.regex(text, /Told of Gateway gw by gantry\.dev\/gateway:\n +Conditions:\n/);
  t.regex(text, /ResolvedRefs +False +BackendNotFound/);
});

test('an Ingress shows hosts, paths and addresses', (t) => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const text = describeObject(
    {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: meta },
      spec: {
        ingressClassName: 'gantry',
        tls: [{ secretName: 'tls', hosts: ['a.example'] }],
        rules: [{ host: 'a.example', http: { paths: [{ path: '/x', pathType: 'Prefix', backend }] } }],
      },
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
    },
    around,
    { why: [], events: undefined },
  );
  t.regex(text, /Addresses: +10\.0\.0\.1\n/);
  t.regex(text, /TLS: +tls for a\.example\n/);
  t.regex(text, /a\.example +\/x +web:80/);
});
