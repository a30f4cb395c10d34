// The rules of Services and EndpointSlices, and what they fill in.
import test from 'ava';
import type { KindDefinition } from '../../definition.ts';
import type { AnyObject } from '../../meta.ts';
import { admitShape } from '../../validate.ts';
import { endpointSliceKind } from '../endpoint-slice.ts';
import { serviceKind } from '../service.ts';

const PORTS = [{ port: 80 }];
const SLICE = { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.0.1'] }] };

function admitted(definition: KindDefinition, fields: object): AnyObject {
  const { object, issues, unknown } = admitShape(definition, { metadata: { name: 'web' }, ...fields });
  if (issues.length + unknown.length > 0) throw new Error(JSON.stringify([issues, unknown]));
  return object;
}

const findings = (definition: KindDefinition, fields: object): string[] =>
  (definition.check?.(admitted(definition, fields)) ?? []).map(({ path, message }) => `${path}: ${message}`);

const SERVICES: [string, object, string[]][] = [
  ['one with a selector', { ports: PORTS, selector: { app: 'web' } }, []],
  ['a NodePort', { ports: PORTS, type: 'NodePort', externalTrafficPolicy: 'Cluster' }, []],
  ['a LoadBalancer', { ports: PORTS, type: 'LoadBalancer', sessionAffinity: 'ClientIP' }, []],
  ['a headless one without ports', { clusterIP: 'None', selector: { app: 'web' } }, []],
  ['a name for another name', { type: 'ExternalName', externalName: 'db.example.com.' }, []],
  [
    'one number, two protocols',
    {
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 'dns' },
      ],
    },
    [],
  ],
  ['no port', { selector: { app: 'web' } }, ['spec.ports: Required value']],
  [
    'ports without names',
    { ports: [{ port: 80 }, { port: 81 }] },
    ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
  ],
  [
    'a port twice',
    {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    },
    ['spec.ports[1]: Duplicate value'],
  ],
  [
    'a name twice',
    {
      ports: [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 },
      ],
    },
    ['spec.ports[1].name: Duplicate value: "a"'],
  ],
  [
    'a node port twice',
    {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80, nodePort: 30_001 },
        { name: 'b', port: 81, nodePort: 30_001 },
      ],
    },
    ['spec.ports[1].nodePort: Duplicate value: 30001'],
  ],
  [
    'a node port within the cluster only',
    { ports: [{ port: 80, nodePort: 30_001 }] },
    ['spec.ports[0].nodePort: Forbidden: may not be used when `type` is ClusterIP'],
  ],
  [
    'a port that is none',
    { ports: [{ port: 80, targetPort: 70_000 }] },
    ['spec.ports[0].targetPort: Invalid'],
  ],
  [
    'a name of a port that is none',
    { ports: [{ port: 80, targetPort: 'Not_a_name' }] },
    ['spec.ports[0].targetPort: Invalid'],
  ],
  ['an address that is none', { ports: PORTS, clusterIP: '10.1' }, ['spec.clusterIP: Invalid value: "10.1"']],
  [
    'two addresses',
    { ports: PORTS, clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', '10.96.0.8'] },
    ['spec.clusterIPs: Invalid'],
  ],
  [
    'addresses that differ',
    { ports: PORTS, clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.8'] },
    ['spec.clusterIPs: Invalid'],
  ],
  [
    'a headless NodePort',
    { ports: PORTS, type: 'NodePort', clusterIP: 'None' },
    ['spec.clusterIP: Invalid value: "None": may not be set to \'None\' for NodePort'],
  ],
  ['a name for nothing', { type: 'ExternalName' }, ['spec.externalName: Required value']],
  [
    'a name with an address',
    { type: 'ExternalName', externalName: 'db.example.com', clusterIP: '10.96.0.9' },
    ['spec.clusterIP: Forbidden'],
  ],
  [
    'fields of another type',
    { ports: PORTS, externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true },
    ['spec.externalTrafficPolicy: Forbidden', 'spec.allocateLoadBalancerNodePorts: Forbidden'],
  ],
  [
    'a load balancer of a class, for some',
    {
      ...{ ports: PORTS, type: 'LoadBalancer', loadBalancerClass: 'gantry.dev/nodes' },
      loadBalancerSourceRanges: ['10.0.0.0/8', ' 192.0.2.1/32 '],
    },
    [],
  ],
  [
    'a class and ranges of another type',
    { ports: PORTS, loadBalancerClass: 'gantry.dev/nodes', loadBalancerSourceRanges: ['10.0.0.0/8'] },
    ['spec.loadBalancerClass: Forbidden', 'spec.loadBalancerSourceRanges: Forbidden'],
  ],
  [
    'ranges and a class that are none',
    {
      ...{ ports: PORTS, type: 'LoadBalancer', loadBalancerClass: 'a b' },
      loadBalancerSourceRanges: ['10.0.0.0/33', '10.0.0.1', '10.0.0.0/8', '::/0', '10.0.0.0/8; drop'],
    },
    ['spec.loadBalancerClass', ...[0, 1, 3, 4].map((at) => `spec.loadBalancerSourceRanges[${at}]`)],
  ],
  ['a label that is none', { ports: PORTS, selector: { app: '-' } }, ['spec.selector']],
];

const SLICES: [string, object, string[]][] = [
  ['one endpoint', {}, []],
  ['none', { endpoints: [], ports: [{ name: '', port: 80 }, { name: 'b' }] }, []],
  ['no address', { endpoints: [{ addresses: [] }] }, ['endpoints[0].addresses: Required value']],
  [
    'no address and no name',
    { endpoints: [{ addresses: ['web'], hostname: 'a.b' }] },
    ['endpoints[0].addresses[0]: Invalid', 'endpoints[0].hostname: Invalid'],
  ],
  ['a port twice', { ports: [{ name: 'a' }, { name: 'a' }] }, ['ports[1].name: Duplicate value: "a"']],
  [
    'too many endpoints',
    { endpoints: Array.from({ length: 1_001 }, () => ({ addresses: ['10.1.0.1'] })) },
    ['endpoints: Too long'],
  ],
];

const ROWS: [KindDefinition, string, object, string[]][] = [
  ...SERVICES.map(([title, spec, expected]): (typeof ROWS)[number] => [
    serviceKind,
    title,
    { spec },
    expected,
  ]),
  ...SLICES.map(([title, fields, expected]): (typeof ROWS)[number] => [
    endpointSliceKind,
    title,
    { ...SLICE, ...fields },
    expected,
  ]),
];

for (const [definition, title, fields, expected] of ROWS) {
  test(`${definition.kind}: ${title}`, (t) => {
    const found = findings(definition, fields);
    t.is(found.length, expected.length, found.join('\n'));
    for (const start of expected)
      t.true(
        found.some((one) => one.startsWith(start)),
        found.join('\n'),
      );
  });
}

test('a Service is named by a label that begins with a letter', (t) => {
  const named = (name: string): string[] =>
    findings(serviceKind, { metadata: { name }, spec: { ports: PORTS } });
  t.deepEqual(named('web-1'), []);
  t.is(named('1-web').length, 1);
  t.is(named('web.a').length, 1);
});

test('a Service keeps its address, unless it was or becomes a mere name', (t) => {
  const changed = (after: object, before: object): string[] =>
    (
      serviceKind.checkUpdate?.(
        admitted(serviceKind, { spec: after }) as never,
        admitted(serviceKind, { spec: before }) as never,
      ) ?? []
    ).map(({ path }) => path);
  const given = { ports: PORTS, clusterIP: '10.96.0.9' };
  const external = { type: 'ExternalName', externalName: 'db.example.com' };
  t.deepEqual(changed({ ...given, clusterIP: '10.96.0.8' }, given), ['spec.clusterIP']);
  t.deepEqual(changed({ ports: PORTS, clusterIP: 'None' }, given), ['spec.clusterIP']);
  t.deepEqual(changed(given, { ports: PORTS, clusterIP: 'None' }), ['spec.clusterIP']);
  t.deepEqual(changed(external, given), []);
  t.deepEqual(changed(given, external), []);
});

test('an EndpointSlice keeps the kind of its addresses', (t) => {
  const slice = admitted(endpointSliceKind, SLICE);
  const other = { ...slice, addressType: 'IPv6' };
  t.deepEqual(
    endpointSliceKind.checkUpdate?.(other as never, slice as never).map(({ path }) => path),
    ['addressType'],
  );
});

test('what a Service fills in', (t) => {
  const spec = (fields: object): unknown => admitted(serviceKind, { spec: fields })['spec'];
  const usual = {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    type: 'ClusterIP',
  };
  t.deepEqual(spec({ ports: PORTS }), usual);
  t.deepEqual(spec({ ports: PORTS, sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }), usual);
  t.deepEqual(spec({ ports: PORTS, clusterIPs: ['10.96.0.9'] }), {
    ...usual,
    clusterIP: '10.96.0.9',
    clusterIPs: ['10.96.0.9'],
  });
  t.deepEqual(spec({ ports: PORTS, type: 'LoadBalancer', sessionAffinity: 'ClientIP' }), {
    ...usual,
    type: 'LoadBalancer',
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
    externalTrafficPolicy: 'Cluster',
    allocateLoadBalancerNodePorts: true,
  });
  t.deepEqual(spec({ type: 'ExternalName', externalName: 'db.example.com' }), {
    type: 'ExternalName',
    externalName: 'db.example.com',
    sessionAffinity: 'None',
  });
});
