import test from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import { exposedService, type ExposeFlags } from './exposed-service.ts';
import { newService } from './new-service.ts';

const meta = { name: 'web', namespace: 'shop', labels: { app: 'web' } };
const container = {
  name: 'a',
  image: 'a',
  ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }],
};
const deployment: AnyObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta,
  spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [container] } } },
};
const pod: AnyObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta,
  spec: { containers: [{ name: 'a' }] },
};
const service: AnyObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta,
  spec: { selector: { tier: 'front' }, ports: [{ port: 80 }] },
};

const ROWS: [string, AnyObject, ExposeFlags, object][] = [
  [
    'the ports that containers declare',
    deployment,
    {},
    {
      selector: { app: 'web' },
      ports: [
        { name: 'port-1', port: 8080, protocol: 'TCP', targetPort: 8080 },
        { name: 'port-2', port: 53, protocol: 'UDP', targetPort: 53 },
      ],
    },
  ],
  [
    'what is said wins',
    deployment,
    {
      port: '80',
      targetPort: 'http',
      type: 'nodeport',
      selector: 'a=b,c=d',
      sessionAffinity: 'ClientIP',
      clusterIp: '10.96.0.9',
    },
    {
      selector: { a: 'b', c: 'd' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }],
      type: 'NodePort',
      clusterIP: '10.96.0.9',
      sessionAffinity: 'ClientIP',
    },
  ],
  [
    'a pod by its labels',
    pod,
    { port: '80' },
    { selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] },
  ],
  [
    'another Service by its selector',
    service,
    { targetPort: '8080' },
    { selector: { tier: 'front' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] },
  ],
];

for (const [title, object, flags, spec] of ROWS) {
  test(`expose: ${title}`, (t) => {
    const made = exposedService(object, flags);
    t.deepEqual(made['spec'], spec);
    t.deepEqual(made.metadata, meta);
  });
}

test('expose: another name and other labels', (t) => {
  t.deepEqual(exposedService(deployment, { name: 'front', labels: 'x=y' }).metadata, {
    name: 'front',
    namespace: 'shop',
    labels: { x: 'y' },
  });
});

const MISTAKES: [AnyObject, ExposeFlags, RegExp][] = [
  [pod, {}, /declares no port.*--port 80/],
  [deployment, { port: 'x' }, /--port must be a number/],
  [deployment, { type: 'ExternalName' }, /--type must be one of/],
  [deployment, { selector: 'web' }, /--selector must be KEY=VALUE/],
  [{ ...pod, metadata: { name: 'web' } }, { port: '80' }, /no labels/],
  [
    { ...deployment, spec: { selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } } },
    { port: '80' },
    /expressions.*--selector/,
  ],
];

for (const [object, flags, message] of MISTAKES) {
  test(`expose ${object.kind} ${JSON.stringify(flags)}: ${message.source}`, (t) => {
    t.throws(() => exposedService(object, flags), { message });
  });
}

test('create service', (t) => {
  t.deepEqual(newService('nodeport', 'web', { tcp: ['80:8080', '443'], nodePort: '30001' })['spec'], {
    type: 'NodePort',
    ports: [
      { name: '80-8080', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30_001 },
      { name: '443', port: 443, protocol: 'TCP', targetPort: 443, nodePort: 30_001 },
    ],
    selector: { app: 'web' },
  });
  t.deepEqual(newService('externalname', 'db', { externalName: 'db.example.com' })['spec'], {
    type: 'ExternalName',
    externalName: 'db.example.com',
    selector: { app: 'db' },
  });
  t.like(newService('clusterip', 'web', { clusterip: 'None' })['spec'], { clusterIP: 'None' });
  t.throws(() => newService('externalname', 'db', {}), { message: /--external-name/ });
  t.throws(() => newService('clusterip', 'db', {}), { message: /--tcp PORT/ });
  t.throws(() => newService('clusterip', 'db', { tcp: ['x'] }), { message: /--tcp must be/ });
});
