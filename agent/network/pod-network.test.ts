// The shell of the pod network, in a toy kernel and in virtual time: when sandboxes may be made, what is tried again, and
// what the node says of it.
import test, { type ExecutionContext } from 'ava';
import { createClient } from '@gantry/api/http-client';
import { readIpv4Range } from '@gantry/kit/ipv4-range';
import { silentLogger } from '@gantry/kit/logger';
import { podNetworkNames } from '@gantry/kit/pod-network/names';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createToyApi, type ToyApi } from '../toy/toy-api.ts';
import type { NetworkAction, ObservedNetwork } from './network-state.ts';
import { createPodNetwork, type PodNetwork } from './pod-network.ts';
import { bareHost, performToy } from './toy-network.ts';

const HOST_IP = '192.0.2.1';
const SCOPE = 'abc.n0';
const { network: NETWORK } = podNetworkNames(SCOPE);

interface Bench {
  api: ToyApi;
  network: PodNetwork;
  world: ObservedNetwork;
  /** What the kernel refuses. */
  refuses: (action: NetworkAction) => boolean;
  performed: string[];
  advance(ms: number): Promise<void>;
  node(name: string, podCIDR: string, address: string): void;
}

function open(t: ExecutionContext, start: ObservedNetwork = bareHost(HOST_IP), isAway = false): Bench {
  const api = createToyApi();
  api.isAway = isAway;
  const clock = new VirtualClock(1_700_000_000_000);
  const end = new AbortController();
  const bench = { ...{ api, world: start, performed: [] }, refuses: () => false } as unknown as Bench;
  bench.network = createPodNetwork({
    client: createClient({ transport: api.transport, fieldManager: 'test' }),
    ...{ clock, random: seededRandom(1), logger: silentLogger, nodeName: 'n0', scope: SCOPE },
    hostIp: () => Promise.resolve(HOST_IP),
    clusterRanges: [readIpv4Range('10.244.0.0/16')].flatMap((range) => range ?? []),
    system: {
      observe: () => Promise.resolve(bench.world),
      network: () => Promise.resolve(bench.world.network),
      perform(action) {
        if (bench.refuses(action)) return Promise.reject(new Error(`${action.type} is refused`));
        bench.performed.push(action.type);
        bench.world = performToy(bench.world, action, SCOPE);
        return Promise.resolve();
      },
    },
  });
  bench.advance = async (ms) => {
    for (let passed = 0; passed <= ms; passed += 100) {
      for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    }
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  bench.node = (name, podCIDR, address) => {
    api.put('nodes', {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
      spec: podCIDR === '' ? {} : { podCIDR },
      status: { addresses: [{ type: 'InternalIP', address }] },
    });
  };
  const running = bench.network.run(end.signal);
  t.teardown(async () => {
    end.abort(new Error('the test is over'));
    await running;
  });
  return bench;
}

test('sandboxes wait for the network a short while, then their pods are told what for', async (t) => {
  const bench = open(t);
  bench.node('n0', '', HOST_IP);
  bench.node('n1', '10.244.1.0/24', '192.0.2.2');
  const early = t.throwsAsync(bench.network.name(), {
    code: 'network-not-ready',
    message: /not heard of its range/,
  });
  await bench.advance(6_000);
  await early;
  t.is(bench.network.condition(), undefined, 'a node that is new is not at fault');
  await bench.advance(10_000);
  t.like(bench.network.condition(), { status: 'True', reason: 'NoPodCIDR' });
  const late = bench.network.name();
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  await bench.advance(1_000);
  t.is(await late, NETWORK);
  t.like(bench.network.condition(), { status: 'False', reason: 'PodNetworkReady' });
});

test('where the control plane gives out no ranges, sandboxes go where they went before', async (t) => {
  const bench = open(t);
  bench.node('n0', '', HOST_IP);
  await bench.advance(25_000);
  t.is(await bench.network.name(), 'bridge');
  t.like(bench.network.condition(), { status: 'False', reason: 'NoClusterRange' });
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  await bench.advance(1_000);
  t.is(await bench.network.name(), NETWORK);
});

test('a network that is there is used before the control plane is heard', async (t) => {
  const network = {
    subnet: '10.244.0.0/24',
    gateway: '10.244.0.1',
    bridge: podNetworkNames(SCOPE).bridge,
    attached: 3,
  };
  const bench = open(t, { ...bareHost(HOST_IP), network }, true);
  await bench.advance(30_000);
  t.is(await bench.network.name(), NETWORK);
  bench.api.isAway = false;
  await bench.advance(60_000);
  t.is(await bench.network.name(), NETWORK, 'its Node object was deleted: it comes again');
  t.deepEqual(bench.performed, []);
});

test('what somebody changed is put back within a round; then nothing is done', async (t) => {
  const bench = open(t);
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  bench.node('n1', '10.244.1.0/24', '192.0.2.2');
  await bench.advance(2_000);
  bench.performed.length = 0;
  await bench.advance(40_000);
  t.deepEqual(bench.performed, []);
  bench.world = { ...bench.world, rules: undefined, routes: [], accepts: false };
  await bench.advance(31_000);
  t.deepEqual(bench.performed, ['apply-rules', 'accept-marked', 'set-route']);
});

test('what the kernel refuses for this node is a condition, and is tried again', async (t) => {
  const bench = open(t);
  bench.refuses = ({ type }) => type === 'apply-rules';
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  await bench.advance(2_000);
  t.like(bench.network.condition(), { status: 'True', reason: 'NetworkSetupFailed' });
  bench.refuses = () => false;
  await bench.advance(31_000);
  t.like(bench.network.condition(), { status: 'False', reason: 'PodNetworkReady' });
});

test("what it refuses for another node's sake keeps nobody away", async (t) => {
  const bench = open(t);
  bench.refuses = (action) => action.type === 'set-route' && action.route.via === '192.0.2.255';
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  bench.node('liar', '10.244.1.0/24', '192.0.2.255');
  bench.node('n2', '10.244.2.0/24', '192.0.2.3');
  await bench.advance(2_000);
  t.like(bench.network.condition(), { status: 'False', reason: 'NodesLeftOut' });
  t.deepEqual(
    bench.world.routes.map(({ via }) => via),
    ['192.0.2.3'],
  );
  t.is(await bench.network.name(), NETWORK);
});

test('ready sandboxes are told to leave a network that has to go', async (t) => {
  const bench = open(t);
  let lost = 0;
  bench.network.onLost(() => (lost += 1));
  bench.node('n0', '10.244.0.0/24', HOST_IP);
  await bench.advance(2_000);
  const { network } = bench.world;
  if (network === undefined) throw new Error('no network');
  bench.world = { ...bench.world, network: { ...network, attached: 4 } };
  bench.node('n0', '10.244.9.0/24', HOST_IP);
  await bench.advance(2_000);
  t.is(lost, 1);
  t.like(bench.network.condition(), { status: 'True', reason: 'NetworkInUse' });
  bench.world = { ...bench.world, network: { ...network, attached: 0 } };
  await bench.advance(31_000);
  t.is(bench.world.network?.subnet, '10.244.9.0/24');
  t.is(await bench.network.name(), NETWORK);
});
