// The rules of a Service's endpoints, one row each.
import test from 'ava';
import type { Endpoint, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { Controller } from '../../engine/controller.ts';
import { passIn, settle } from '../../engine/settle.ts';
import { running } from '../../engine/toy-pods.ts';
import {
  emptyWorld,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import { endpointSliceController } from './endpoint-slice-controller.ts';
import { servicesOf } from './selected-pods.ts';
import { aRunningPod, aService, SERVICE_KEY, slicesOf } from './toy-service.ts';

const controller = endpointSliceController() as Controller;

function worldOf(service: Service, pods: readonly Pod[]): World {
  return withObjects(withObject(emptyWorld(), serviceKind, service), podKind, pods);
}

const settled = (service: Service, pods: readonly Pod[]): readonly EndpointSlice[] =>
  slicesOf(settle(controller, worldOf(service, pods), SERVICE_KEY).world);

const endpointsOf = (service: Service, pods: readonly Pod[]): Endpoint[] =>
  settled(service, pods).flatMap(({ endpoints }) => endpoints);

const CONDITIONS: [string, Partial<Service['spec']>, Pod, Endpoint['conditions'] | 'left out'][] = [
  ['ready', {}, aRunningPod(1), { ready: true, serving: true, terminating: false }],
  ['not ready', {}, aRunningPod(1, { ready: false }), { ready: false, serving: false, terminating: false }],
  [
    'not ready, but published',
    { publishNotReadyAddresses: true },
    aRunningPod(1, { ready: false }),
    { ready: true, serving: false, terminating: false },
  ],
  ['ended', {}, aRunningPod(1, { status: { phase: 'Succeeded' } }), 'left out'],
  [
    'failed, but published',
    { publishNotReadyAddresses: true },
    aRunningPod(1, { status: { phase: 'Failed' } }),
    'left out',
  ],
  ['without an address', {}, aRunningPod(1, { status: { podIP: '' } }), 'left out'],
  ['of other labels', {}, aRunningPod(1, { metadata: { labels: { app: 'no' } } }), 'left out'],
  ['of another namespace', {}, aRunningPod(1, { metadata: { namespace: 'other' } }), 'left out'],
];

for (const [title, spec, pod, expected] of CONDITIONS) {
  test(`a pod that is ${title}`, (t) => {
    const [endpoint] = endpointsOf(aService(spec), [pod]);
    t.deepEqual(endpoint?.conditions ?? 'left out', expected);
  });
}

test('a pod that is being stopped still serves, but gets nothing new', (t) => {
  const start = worldOf(aService(), [aRunningPod(1, { metadata: { finalizers: ['test/hold'] } })]);
  const { world } = settle(
    controller,
    withDeletion(start, podKind, { namespace: 'default', name: 'web-1' }),
    SERVICE_KEY,
  );
  t.deepEqual(slicesOf(world)[0]?.endpoints[0]?.conditions, {
    ready: false,
    serving: true,
    terminating: true,
  });
});

test('an endpoint tells its pod, node, zone and name', (t) => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'east' } },
    spec: {},
  };
  const named = aRunningPod(1, { spec: { hostname: 'first', subdomain: 'web' }, metadata: { uid: 'p1' } });
  const other = aRunningPod(2, { spec: { hostname: 'second', subdomain: 'else', nodeName: 'n2' } });
  const start = withObject(worldOf(aService({ clusterIP: 'None' }), [named, other]), nodeKind, node);
  const [slice] = slicesOf(settle(controller, start, SERVICE_KEY).world);
  t.like(slice?.endpoints[0], {
    addresses: ['10.1.0.2'],
    hostname: 'first',
    nodeName: 'n1',
    zone: 'east',
    targetRef: { kind: 'Pod', namespace: 'default', name: 'web-1', uid: 'p1' },
  });
  t.false('hostname' in (slice?.endpoints[1] ?? {}));
  t.false('zone' in (slice?.endpoints[1] ?? {}));
});

test('a slice says whose it is', (t) => {
  const [slice] = settled(aService({ clusterIP: 'None' }, { labels: { team: 'a' } }), [aRunningPod(1)]);
  t.deepEqual(slice?.metadata.labels, {
    team: 'a',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'service.kubernetes.io/headless': '',
  });
  t.is(slice?.metadata.generateName, 'web-');
  t.like(slice?.metadata.ownerReferences?.[0], {
    kind: 'Service',
    name: 'web',
    uid: 'service',
    controller: true,
  });
});

test('pods whose port has another number go into another slice', (t) => {
  const withPort = (number: number, containerPort: number): Pod =>
    aRunningPod(number, {
      spec: {
        containers: [{ name: 'a', image: 'a', ports: [{ name: 'http', containerPort, protocol: 'TCP' }] }],
      },
    });
  const service = aService({ ports: [{ name: 'web', port: 80, protocol: 'TCP', targetPort: 'http' }] });
  const slices = settled(service, [withPort(1, 8080), withPort(2, 9090), withPort(3, 8080), aRunningPod(4)]);
  t.deepEqual(slices.map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.length]).sort(), [
    [undefined, 1],
    [8080, 2],
    [9090, 1],
  ]);
});

test('100 endpoints a slice; one changed pod changes one slice, and gaps are filled first', (t) => {
  const pods = Array.from({ length: 250 }, (_, index) => aRunningPod(index));
  const first = settle(controller, worldOf(aService(), pods), SERVICE_KEY).world;
  t.deepEqual(
    slicesOf(first)
      .map(({ endpoints }) => endpoints.length)
      .sort(),
    [100, 100, 50],
  );
  const changed = passIn(running(first, pods[42] as Pod, false), controller, SERVICE_KEY);
  // The toy world's pods lose their address with the status that it writes; one slice changes all the same.
  t.is(changed?.changes.length, 1);
  const gone = withDeletion(
    first,
    podKind,
    { namespace: 'default', name: 'web-42' },
    { gracePeriodSeconds: 0 },
  );
  const replaced = passIn(withObject(gone, podKind, aRunningPod(400)), controller, SERVICE_KEY);
  t.is(replaced?.changes.length, 1, 'the new pod takes the place of the old one');
  const more = passIn(withObject(first, podKind, aRunningPod(401)), controller, SERVICE_KEY);
  t.deepEqual(
    more?.changes.map(({ type }) => type),
    ['update'],
  );
});

test('without pods one empty slice stays, which is filled later', (t) => {
  const empty = settle(controller, worldOf(aService(), []), SERVICE_KEY).world;
  t.deepEqual(
    slicesOf(empty).map(({ endpoints, ports }) => [endpoints, ports]),
    [[[], []]],
  );
  const filled = passIn(withObject(empty, podKind, aRunningPod(1)), controller, SERVICE_KEY);
  t.deepEqual(
    filled?.changes.map(({ type }) => type),
    ['update'],
  );
});

test('Services without a selector are left alone; who loses it loses the slices', (t) => {
  const { selector: _, ...spec } = aService().spec;
  const manual = { ...aService(), spec };
  t.deepEqual(settled(manual, [aRunningPod(1)]), []);
  const before = settle(controller, worldOf(aService(), [aRunningPod(1)]), SERVICE_KEY).world;
  const name = { type: 'ExternalName' as const, externalName: 'db' };
  const changed = withChange(before, serviceKind, SERVICE_KEY, (now) => ({
    ...now,
    spec: { ...now.spec, ...name },
  }));
  t.deepEqual(slicesOf(settle(controller, changed, SERVICE_KEY).world), []);
});

test('a pod concerns the Services that select it, found by one of its labels', (t) => {
  const named = (name: string, selector: Record<string, string>): Service =>
    aService({ selector }, { name, uid: name });
  const world = withObjects(emptyWorld(), serviceKind, [
    named('both', { app: 'web', tier: 'front' }),
    named('app', { app: 'web' }),
    named('other', { app: 'web', tier: 'back' }),
    named('none', {}),
  ]);
  const pod = aRunningPod(1, { metadata: { labels: { app: 'web', tier: 'front', more: 'x' } } });
  const found = servicesOf(readerOf(world), pod).map(({ metadata }) => metadata.name);
  t.deepEqual(found.sort(), ['app', 'both']);
});

test('what an operator reads', (t) => {
  const pods = [aRunningPod(1), aRunningPod(2, { ready: false }), aRunningPod(3, { status: { podIP: '' } })];
  const world = worldOf(aService({ ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] }), pods);
  const pass = passIn(world, controller, SERVICE_KEY);
  t.truthy(pass);
  if (pass === undefined) return;
  const name = slicesOf(pass.world)[0]?.metadata.name ?? '';
  const lines = transcriptOf(controller, aService(), pass.plan, readerOf(world));
  t.deepEqual(
    lines.map((line) => line.replace(name, 'web-SUFFIX').trim()),
    goldenLines(`
      because writing 1 EndpointSlice
      because 1 pod gets no new connections because it is not ready: web-2
      because 1 pod gets no new connections because it has no address yet: web-3
      because no container of 3 pods has a port named "http": web-1, web-2, web-3
      create endpointslices.discovery.k8s.io default/web-SUFFIX
    `),
  );
});
