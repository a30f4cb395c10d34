import test from 'ava';
import type { Container, Pod } from '@gantry/api/kinds/pod';
import { toyContainer, toyPod } from '../toy/toy-observed.ts';
import { attempt, resolveEnv, type Resolution } from './resolve-env.ts';
import { configMapSource, secretSource, sourceRefsOf, type Source, type SourceReader } from './sources.ts';

const metadata = { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '7' };
const found: Record<string, Source> = {
  'ConfigMap/settings': configMapSource({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata },
    data: { COLOR: 'red', SIZE: 'large', 'not a name': 'x' },
    binaryData: { LOGO: Buffer.from('png').toString('base64') },
  }),
  'Secret/login': secretSource({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata },
    data: {
      password: Buffer.from('hunter2').toString('base64'),
      COLOR: Buffer.from('blue').toString('base64'),
    },
  }),
  'ConfigMap/gone': { state: 'absent' },
  'Secret/gone': { state: 'absent' },
  'ConfigMap/broken': { state: 'failed', message: 'forbidden' },
};
const sources: SourceReader = ({ kind, name }) => found[`${kind}/${name}`] ?? { state: 'pending' };
const context = {
  podIp: '10.0.0.5',
  hostIp: '192.0.2.7',
  nodeName: 'n1',
  allocatable: { cpuMilli: 2500, memoryBytes: 8 * 1024 ** 3 },
};
const pod: Pod = {
  ...toyPod(),
  metadata: { ...toyPod().metadata, labels: { tier: 'web', a: 'b' }, annotations: { note: 'say "hi"' } },
};

function resolve(container: Partial<Container>): Resolution<Record<string, string>> {
  return attempt(() => Object.fromEntries(resolveEnv(pod, toyContainer(container), sources, context)));
}
const field = (fieldPath: string) => ({ env: [{ name: 'V', valueFrom: { fieldRef: { fieldPath } } }] });
const resource = (name: string, divisor?: string, resources: Container['resources'] = {}) => ({
  resources,
  env: [
    {
      name: 'V',
      valueFrom: { resourceFieldRef: { resource: name, ...(divisor === undefined ? {} : { divisor }) } },
    },
  ],
});

interface Row {
  title: string;
  container: Partial<Container>;
  /** The variables, or what is missing. */
  is: Record<string, string> | string | undefined;
}

const rows: Row[] = [
  {
    title: 'plain values',
    container: { env: [{ name: 'A', value: '1' }, { name: 'B' }] },
    is: { A: '1', B: '' },
  },
  {
    title: 'earlier variables are expanded, later and unknown ones are not',
    container: {
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', value: '$(A)-$(C)-$(NOPE)' },
        { name: 'C', value: '$$(A)' },
      ],
    },
    is: { A: 'x', B: 'x-$(C)-$(NOPE)', C: '$(A)' },
  },
  {
    title: 'all entries of a ConfigMap that can be names, with a prefix',
    container: { envFrom: [{ prefix: 'P_', configMapRef: { name: 'settings' } }] },
    is: { P_COLOR: 'red', P_SIZE: 'large', 'P_not a name': 'x', P_LOGO: 'png' },
  },
  {
    title: 'later sources win, and env wins over all',
    container: {
      envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'login' } }],
      env: [{ name: 'SIZE', value: 'small' }],
    },
    is: { COLOR: 'blue', SIZE: 'small', LOGO: 'png', password: 'hunter2', 'not a name': 'x' },
  },
  {
    title: 'one entry of each kind',
    container: {
      env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOR' } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
      ],
    },
    is: { A: 'red', B: 'hunter2' },
  },
  {
    title: 'an optional entry that is missing leaves no variable',
    container: {
      env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NOPE', optional: true } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'gone', key: 'x', optional: true } } },
      ],
    },
    is: {},
  },
  {
    title: 'a missing entry',
    container: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NOPE' } } }] },
    is: "couldn't find key NOPE in ConfigMap default/settings",
  },
  {
    title: 'a missing ConfigMap',
    container: { envFrom: [{ configMapRef: { name: 'gone' } }] },
    is: 'configmap "gone" not found',
  },
  {
    title: 'a missing Secret',
    container: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'gone', key: 'x' } } }] },
    is: 'secret "gone" not found',
  },
  {
    title: 'one that cannot be read',
    container: { envFrom: [{ configMapRef: { name: 'broken' } }] },
    is: 'configmap "broken": forbidden',
  },
  {
    title: 'one that has not been read yet',
    container: { envFrom: [{ configMapRef: { name: 'late' } }] },
    is: undefined,
  },
  { title: 'pod name', container: field('metadata.name'), is: { V: 'web' } },
  { title: 'pod uid', container: field('metadata.uid'), is: { V: 'uid-1' } },
  { title: 'one label', container: field("metadata.labels['tier']"), is: { V: 'web' } },
  { title: 'all labels', container: field('metadata.labels'), is: { V: 'a="b"\ntier="web"' } },
  { title: 'one annotation', container: field("metadata.annotations['note']"), is: { V: 'say "hi"' } },
  { title: 'a label that is not there', container: field("metadata.labels['x']"), is: { V: '' } },
  { title: 'addresses', container: field('status.podIP'), is: { V: '10.0.0.5' } },
  { title: 'of the node', container: field('status.hostIP'), is: { V: '192.0.2.7' } },
  { title: 'the node', container: field('spec.nodeName'), is: { V: 'n1' } },
  {
    title: 'a field that does not exist',
    container: field('spec.nope'),
    is: 'env V: there is no field spec.nope',
  },
  {
    title: 'a CPU limit in cores, rounded up',
    container: resource('limits.cpu', undefined, { limits: { cpu: '1500m' } }),
    is: { V: '2' },
  },
  {
    title: 'in thousandths',
    container: resource('limits.cpu', '1m', { limits: { cpu: '1500m' } }),
    is: { V: '1500' },
  },
  {
    title: 'memory in MiB',
    container: resource('limits.memory', '1Mi', { limits: { memory: '64Mi' } }),
    is: { V: '64' },
  },
  { title: 'no limit: all of the node', container: resource('limits.memory', '1Gi'), is: { V: '8' } },
  { title: 'no request: nothing', container: resource('requests.cpu'), is: { V: '0' } },
  {
    title: 'no request: the limit',
    container: resource('requests.cpu', '1m', { limits: { cpu: '2' } }),
    is: { V: '2000' },
  },
  {
    title: 'no such resource',
    container: resource('limits.gpu'),
    is: 'env V: there is no resource limits.gpu',
  },
];

for (const { title, container, is } of rows) {
  test(title, (t) => {
    const resolution = resolve(container);
    if (is === undefined) t.deepEqual(resolution, { outcome: 'pending' });
    else if (typeof is === 'string') t.deepEqual(resolution, { outcome: 'missing', message: is });
    else t.deepEqual(resolution, { outcome: 'ok', value: is });
  });
}

test('every ConfigMap and Secret that a pod names is found, once', (t) => {
  const named = toyPod({
    imagePullSecrets: [{ name: 'registry' }],
    initContainers: [toyContainer({ name: 'i', envFrom: [{ secretRef: { name: 'login' } }] })],
    containers: [
      toyContainer({
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'login', key: 'x' } } }],
      }),
    ],
    volumes: [
      { name: 'a', configMap: { name: 'files' } },
      { name: 'b', secret: { secretName: 'certificate' } },
      {
        name: 'c',
        projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'other' } }] },
      },
      { name: 'd', emptyDir: {} },
    ],
  });
  t.deepEqual(
    sourceRefsOf(named)
      .map(({ kind, name }) => `${kind}/${name}`)
      .toSorted(),
    [
      'ConfigMap/files',
      'ConfigMap/settings',
      'Secret/certificate',
      'Secret/login',
      'Secret/other',
      'Secret/registry',
    ],
  );
});
