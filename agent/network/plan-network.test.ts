// The pure parts of the pod network: what Node objects are believed, what is planned, and that plans come to rest.
import test from 'ava';
import fc from 'fast-check';
import type { Node } from '@gantry/api/kinds/node';
import { readIpv4Range } from '@gantry/kit/ipv4-range';
import { podNetworkNames } from '@gantry/kit/pod-network/names';
import { readCluster, type ClusterView } from './cluster-view.ts';
import type { NetworkPlan, ObservedNetwork } from './network-state.ts';
import { planNetwork } from './plan-network.ts';
import { bareHost, performToy, plainLink } from './toy-network.ts';

const HOST_IP = '192.0.2.1';
const SCOPE = 'abc.n0';
const names = podNetworkNames(SCOPE);
const clusterRanges = [readIpv4Range('10.244.0.0/16')].flatMap((range) => range ?? []);
const frame = { nodeName: 'n0', hostIp: HOST_IP, clusterRanges };

function aNode(name: string, podCIDR: string | undefined, address: string | undefined, createdAt = ''): Node {
  return {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, creationTimestamp: createdAt } },
    spec: podCIDR === undefined ? {} : { podCIDR },
    status: address === undefined ? {} : { addresses: [{ type: 'InternalIP', address }] },
  };
}

const self = aNode('n0', '10.244.0.0/24', HOST_IP);
const direct = aNode('n1', '10.244.1.0/24', '192.0.2.2');
const far = aNode('n2', '10.244.2.0/24', '198.51.100.2');
const beside = aNode('n3', '10.244.3.0/24', HOST_IP);

function plan(nodes: readonly Node[], observed: ObservedNetwork = bareHost(HOST_IP)): NetworkPlan {
  return planNetwork({ ...frame, view: readCluster(nodes, frame), names, observed });
}

/** Does all of a plan, until nothing is planned any more. */
function settle(nodes: readonly Node[], start: ObservedNetwork, passesMax = 3): ObservedNetwork {
  let world = start;
  for (let passes = 0; passes < passesMax; passes += 1) {
    const { actions } = plan(nodes, world);
    if (actions.length === 0) return world;
    for (const action of actions) world = performToy(world, action, SCOPE);
  }
  throw new Error(`still planned: ${JSON.stringify(plan(nodes, world).actions)}`);
}

test('a node on the link gets a route, one behind a router a tunnel, one on this kernel neither', (t) => {
  const world = settle([self, direct, far, beside], bareHost(HOST_IP));
  t.deepEqual(world.routes, [
    { destination: '10.244.1.0/24', via: '192.0.2.2', device: 'eth0', isOnlink: false, source: HOST_IP },
    {
      destination: '10.244.2.0/24',
      via: '10.244.2.0',
      device: names.vxlan,
      isOnlink: true,
      source: '10.244.0.0',
    },
  ]);
  t.deepEqual(world.neighbours, [{ address: '10.244.2.0', mac: '0a:67:c6:33:64:02' }]);
  t.deepEqual(world.entries, [{ mac: '0a:67:c6:33:64:02', host: '198.51.100.2' }]);
  t.is(world.links.find(({ name }) => name === names.vxlan)?.mtu, 1450);
  t.like(world.network, { subnet: '10.244.0.0/24', gateway: '10.244.0.1' });
  t.regex(
    world.rules ?? '',
    /elements = \{ 10.244.1.0\/24, 10.244.2.0\/24, 10.244.3.0\/24, 192.0.2.2, 198.51.100.2 \}/,
  );
});

test('nodes that go leave nothing behind; the device goes with the last that needs it', (t) => {
  const before = settle([self, direct, far], bareHost(HOST_IP));
  const after = settle([self], before);
  t.deepEqual([after.routes, after.neighbours, after.entries], [[], [], []]);
  t.false(after.links.some(({ name }) => name === names.vxlan));
});

test('the network is made before anything leads to it, and a device before what is behind it', (t) => {
  const types = plan([self, far]).actions.map(({ type }) => type);
  t.true(types.indexOf('create-network') < types.indexOf('set-route'));
  t.true(types.indexOf('create-vxlan') < types.indexOf('set-neighbour'));
  t.true(types.indexOf('set-neighbour') < types.indexOf('set-route'));
});

for (const [title, node, why] of [
  ['a range outside of the cluster', aNode('x', '10.9.0.0/24', '192.0.2.9'), /outside of the cluster/],
  ['all addresses there are', aNode('x', '0.0.0.0/0', '192.0.2.9'), /outside of the cluster/],
  ['no range at all', aNode('x', '10.244.9.0/24; reboot', '192.0.2.9'), /no range/],
  ['a range that does not begin where it says', aNode('x', '10.244.9.7/24', '192.0.2.9'), /no range/],
  ['a range too small', aNode('x', '10.244.9.0/31', '192.0.2.9'), /too small/],
  ["this node's range", aNode('x', '10.244.0.128/25', '192.0.2.9'), /another node's/],
  ['a wider one around it', aNode('x', '10.244.0.0/20', '192.0.2.9'), /another node's/],
  ['no address', aNode('x', '10.244.9.0/24', undefined), /no InternalIP/],
  ['a name for an address', aNode('x', '10.244.9.0/24', 'host-7'), /no IPv4 address/],
  ['loopback', aNode('x', '10.244.9.0/24', '127.0.0.1'), /cannot be/],
  ['multicast', aNode('x', '10.244.9.0/24', '224.0.0.1'), /cannot be/],
  ["a pod's address", aNode('x', '10.244.9.0/24', '10.244.9.5'), /cannot be/],
] as const) {
  test(`a node object is not believed: ${title}`, (t) => {
    const { actions, unreachable, fault } = plan([self, node]);
    t.regex(unreachable[0]?.why ?? '', why);
    t.is(fault, undefined);
    t.false(actions.some(({ type }) => type === 'set-route'));
  });
}

test('who came first keeps a range that a later one claims', (t) => {
  const first = aNode('z', '10.244.9.0/24', '192.0.2.9', '2026-01-01T00:00:00Z');
  const later = aNode('a', '10.244.8.0/23', '192.0.2.8', '2026-02-01T00:00:00Z');
  t.deepEqual(
    readCluster([self, later, first], frame).peers.map(({ node }) => node),
    ['z'],
  );
});

test("ranges that overlap the host's own links are told", (t) => {
  const own = plan([self], bareHost(HOST_IP, [plainLink('eth1', '10.244.0.9', 28)]));
  t.is(own.fault?.reason, 'RangeOverlaps');
  t.deepEqual(own.actions, []);
  const other = plan([self, direct], bareHost(HOST_IP, [plainLink('eth1', '10.244.1.9', 28)]));
  t.is(other.fault, undefined);
  t.regex(other.unreachable[0]?.why ?? '', /overlaps 10.244.1.0\/28 of eth1/);
});

test('a network with another range goes once nothing is in it', (t) => {
  const world = settle([self], bareHost(HOST_IP));
  const moved = aNode('n0', '10.244.5.0/24', HOST_IP);
  const used = { ...world, network: { ...(world.network ?? fail()), attached: 2 } };
  t.is(plan([moved], used).fault?.reason, 'NetworkInUse');
  t.is(settle([moved], world).network?.subnet, '10.244.5.0/24');
});

test('hollow nodes have no pods to reach', (t) => {
  const nodeInfo = { containerRuntimeVersion: 'hollow://1' } as NonNullable<Node['status']>['nodeInfo'];
  const hollow = { ...direct, status: { ...direct.status, ...(nodeInfo && { nodeInfo }) } };
  t.deepEqual(readCluster([self, hollow], frame), { ...readCluster([self], frame) });
});

test('without any range there is nothing to do, and nothing wrong', (t) => {
  const view: ClusterView = readCluster([aNode('n0', undefined, HOST_IP)], frame);
  t.false(view.hasRanges);
  t.deepEqual(plan([aNode('n0', undefined, HOST_IP)]), { actions: [], fault: undefined, unreachable: [] });
  t.is(plan([aNode('n0', undefined, HOST_IP), direct]).fault?.reason, 'NoPodCIDR');
});

const anyAddress = fc.constantFrom(
  '192.0.2.2',
  '192.0.2.3',
  HOST_IP,
  '198.51.100.2',
  '203.0.113.4',
  '127.0.0.1',
  '',
);
const anyNode = fc
  .record({
    name: fc.integer({ min: 1, max: 12 }),
    block: fc.integer({ min: 0, max: 6 }),
    length: fc.constantFrom(24, 24, 24, 25, 23, 33),
    address: anyAddress,
  })
  .map(({ name, block, length, address }) => aNode(`n${name}`, `10.244.${block * 2}.0/${length}`, address));
const anyWorld = fc
  .record({
    routes: fc.array(fc.constantFrom('10.244.1.0/24', '10.244.2.0/24', '10.244.4.0/24')),
    mac: fc.constantFrom('0a:67:c6:33:64:02', '0a:67:00:00:00:01'),
    tunnel: fc.constantFrom(undefined, HOST_IP, '192.0.2.77'),
    learning: fc.boolean(),
    mtu: fc.constantFrom(1450, 1400),
    rules: fc.constantFrom(undefined, 'old'),
    forwards: fc.boolean(),
    subnet: fc.constantFrom(undefined, '10.244.0.0/24', '10.244.9.0/24'),
    bridge: fc.boolean(),
  })
  .map(({ routes, mac, tunnel, learning, mtu, rules, forwards, subnet, bridge }): ObservedNetwork => {
    const vxlan = { id: names.vxlanId, port: 8474, local: tunnel ?? '', learning };
    const device = { name: names.vxlan, isUp: true, mtu, mac: '', addresses: [], vxlan };
    const base = bareHost(HOST_IP, [
      ...(tunnel === undefined ? [] : [device]),
      ...(bridge ? [plainLink(names.bridge, '10.244.0.1', 24)] : []),
    ]);
    const via = tunnel === undefined ? 'eth0' : names.vxlan;
    return {
      ...{ ...base, rules, forwards },
      network:
        subnet === undefined
          ? undefined
          : { subnet, gateway: '10.244.0.1', bridge: names.bridge, attached: 0 },
      routes: [...new Set(routes)].map((destination) => ({
        ...{ destination, via: '192.0.2.9', device: via, isOnlink: false, source: '' },
      })),
      neighbours: tunnel === undefined ? [] : [{ address: '10.244.2.0', mac }],
      entries: tunnel === undefined ? [] : [{ mac, host: '198.51.100.9' }],
    };
  });

test('whatever is there, a plan that is done leaves nothing to plan, and no range leads to two places', (t) => {
  fc.assert(
    fc.property(fc.array(anyNode, { maxLength: 10 }), anyWorld, (nodes, start) => {
      const all = [self, ...new Map(nodes.map((node) => [node.metadata.name, node])).values()];
      const world = settle(all, start, 2);
      const { peers } = readCluster(all, frame);
      const destinations = world.routes.map(({ destination }) => destination);
      t.is(new Set(destinations).size, destinations.length);
      t.is(destinations.length, peers.filter(({ isHere }) => !isHere).length);
      t.false(destinations.includes('10.244.0.0/24'));
    }),
    { numRuns: 300 },
  );
});

function fail(): never {
  throw new Error('not there');
}
