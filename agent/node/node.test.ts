// The pure parts of the node: clock drift, conditions, the Node object, image removal, arguments.
import test from 'ava';
import type { ImageState } from '../runtime/runtime.ts';
import { NODE_DNS } from '../dns/resolv-conf.ts';
import { NOW_MS } from '../toy/toy-observed.ts';
import { readArguments } from '../arguments.ts';
import { driftVerdict, narrowDrift, UNKNOWN_DRIFT, type DriftBounds } from './clock-drift.ts';
import { planImageRemoval } from './image-plan.ts';
import { nodeConditions, saysTheSame, type ConditionFacts } from './node-conditions.ts';
import { nodeLabels, nodeStatus, type HostFacts, type NodeOptions } from './node-object.ts';

/** Answers each 130 ms apart from a server whose clock is `aheadMs` ahead; the header has whole seconds. */
function drifted(aheadMs: number, answers = 20): DriftBounds {
  let bounds = UNKNOWN_DRIFT;
  for (let index = 0; index < answers; index += 1) {
    const sentMs = NOW_MS + index * 130;
    const dateMs = Math.floor((sentMs + 2 + aheadMs) / 1000) * 1000;
    bounds = narrowDrift(bounds, { sentMs, receivedMs: sentMs + 4, dateMs });
  }
  return bounds;
}

for (const [aheadMs, status] of [
  [0, 'False'],
  [300, 'False'],
  [-300, 'False'],
  [800, 'True'],
  [-800, 'True'],
  [3_600_000, 'True'],
] as const) {
  test(`a server ${String(aheadMs)} ms ahead`, (t) => {
    const bounds = drifted(aheadMs);
    t.true(bounds.lowMs <= aheadMs && aheadMs <= bounds.highMs);
    t.is(driftVerdict(bounds).status, status);
  });
}

test('nothing is said of a clock before there is an answer, or with one answer alone', (t) => {
  t.is(driftVerdict(UNKNOWN_DRIFT).status, 'False');
  t.is(driftVerdict(drifted(400, 1)).status, 'False');
});

test('a clock that was set right is believed at once', (t) => {
  const wrong = drifted(60_000);
  const right = narrowDrift(wrong, {
    sentMs: NOW_MS + 4000,
    receivedMs: NOW_MS + 4004,
    dateMs: NOW_MS + 4000,
  });
  t.is(driftVerdict(right).status, 'False');
});

const load = {
  ...{
    memoryAvailableBytes: 2e9,
    diskFreeBytes: 50,
    diskTotalBytes: 100,
    processes: 100,
    processesMax: 1000,
  },
};
const healthy: ConditionFacts = { nowMs: NOW_MS, load, isRoot: true, drift: UNKNOWN_DRIFT };
const wrongOf = (facts: ConditionFacts): string[] =>
  nodeConditions(facts, [])
    .filter(({ type, status }) => (status === 'True') !== (type === 'Ready'))
    .map(({ type }) => type);

for (const [title, facts, wrong] of [
  ['a healthy node', {}, []],
  ['little memory', { load: { ...load, memoryAvailableBytes: 5e7 } }, ['MemoryPressure']],
  ['little disk', { load: { ...load, diskFreeBytes: 9 } }, ['DiskPressure']],
  ['few process IDs', { load: { ...load, processes: 960 } }, ['PIDPressure']],
  ['a machine that tells nothing', { load: {} }, []],
  ['no root', { isRoot: false }, ['NeedsRoot']],
  ['a wrong clock', { drift: drifted(5000) }, ['ClockDrift']],
  ['no engine', { runtimeFault: 'away' }, ['Ready']],
] as const) {
  test(`conditions of ${title}`, (t) => {
    t.deepEqual(wrongOf({ ...healthy, ...facts }), [...wrong]);
  });
}

test('the pod network speaks for itself, and only when there is one', (t) => {
  const network = { status: 'True', reason: 'NoPodCIDR', message: 'why' } as const;
  t.deepEqual(wrongOf({ ...healthy, network }), ['NetworkUnavailable']);
  t.false(nodeConditions(healthy, []).some(({ type }) => type === 'NetworkUnavailable'));
});

test('a transition keeps its time until there is another', (t) => {
  const first = nodeConditions(healthy, []);
  const later = nodeConditions({ ...healthy, nowMs: NOW_MS + 60_000 }, first);
  t.true(saysTheSame(first, later));
  t.is(later[0]?.lastTransitionTime, first[0]?.lastTransitionTime);
  const turned = nodeConditions({ ...healthy, nowMs: NOW_MS + 90_000, isRoot: false }, later);
  t.false(saysTheSame(later, turned));
  const root = turned.find(({ type }) => type === 'NeedsRoot');
  t.not(root?.lastTransitionTime, first.find(({ type }) => type === 'NeedsRoot')?.lastTransitionTime);
});

const options: NodeOptions = {
  ...{ name: 'n1', labels: { zone: 'a' }, podsMax: 110, agentVersion: 'v1' },
  reserved: { cpuMilli: 500, memoryBytes: 1024 ** 3 },
};
const facts: HostFacts = {
  ...{ machineId: 'm', systemUuid: 's', bootId: 'b', address: '192.0.2.7', isRoot: true },
  runtime: {
    ...{ name: 'docker', version: '20', cpuMilli: 2000, memoryBytes: 4 * 1024 ** 3 },
    ...{ kernelVersion: 'k', osImage: 'Debian', architecture: 'amd64' },
  },
};

test('what is reserved is not there for pods', (t) => {
  const status = nodeStatus(options, facts, { load, images: [], conditions: [] });
  t.like(status.capacity, { cpu: '2', memory: '4Gi', pods: '110' });
  t.like(status.allocatable, { cpu: '1500m', memory: '3Gi', pods: '110' });
  t.deepEqual(
    status.addresses?.map(({ address }) => address),
    ['192.0.2.7', 'n1'],
  );
  t.like(nodeLabels(options, facts), {
    'kubernetes.io/hostname': 'n1',
    'kubernetes.io/arch': 'amd64',
    zone: 'a',
  });
});

const image = (id: string, sizeBytes: number): ImageState => ({ id, names: [`name-of-${id}`], sizeBytes });

test('the largest images are reported, a bounded number', (t) => {
  const images = Array.from({ length: 80 }, (_, index) => image(`i${String(index)}`, index));
  const reported = nodeStatus(options, facts, { load, images, conditions: [] }).images;
  t.is(reported?.length, 50);
  t.deepEqual(reported?.[0], { names: ['name-of-i79'], sizeBytes: 79 });
});

const full = {
  ...{ diskFreeBytes: 5, diskTotalBytes: 100 },
  images: [image('a', 10), image('b', 4), image('c', 20), image('foreign', 50)],
  used: new Set(['c']),
  lastUsedMs: new Map([
    ['a', 2],
    ['b', 1],
    ['c', 0],
  ]),
};

test('images go oldest first, used and foreign ones never', (t) => {
  t.deepEqual(planImageRemoval(full), ['b', 'a']);
  t.deepEqual(planImageRemoval({ ...full, used: new Set(['c', 'name-of-a']) }), ['b']);
});

test('while there is room nothing goes', (t) => {
  t.deepEqual(planImageRemoval({ ...full, diskFreeBytes: 15 }), []);
});

const given = ['--server', 'https://10.0.0.1:6443/', '--state-folder', '/s'];

test('arguments', (t) => {
  const read = readArguments(
    [...given, '--label', 'zone=a=b', '--heartbeat', '250ms', '--reserved-cpu', '100m'],
    'Host1',
  );
  t.like(read, {
    server: 'https://10.0.0.1:6443',
    name: 'host1',
    heartbeatIntervalMs: 250,
    labels: { zone: 'a=b' },
  });
  t.is(read.reserved.cpuMilli, 100);
});

test('where pods find the names of the cluster: at their node where it leads to Services, else where the operator says', (t) => {
  const own = { clusterDns: [NODE_DNS], clusterDomain: 'cluster.local' };
  t.deepEqual(readArguments(given, 'h').dns, own);
  t.deepEqual(readArguments([...given, '--cluster-domain', 'a.b'], 'h').dns, {
    ...own,
    clusterDomain: 'a.b',
  });
  t.is(readArguments([...given, '--service-proxy', 'off'], 'h').dns, undefined);
  t.deepEqual(readArguments([...given, '--cluster-dns', '169.254.20.10'], 'h').dns, {
    clusterDns: ['169.254.20.10'],
    clusterDomain: 'cluster.local',
  });
});

const hollow = [...given, '--runtime', 'hollow'];

test('hollow nodes: as many as are asked for, beating seldom', (t) => {
  const read = readArguments([...hollow, '--nodes', '500', '--name', 'load'], 'h');
  t.like(read, { runtime: 'hollow', nodes: 500, name: 'load', heartbeatIntervalMs: 10_000 });
  t.like(readArguments(hollow, 'h'), { nodes: 1, name: 'h', podNetwork: false });
  t.like(readArguments(given, 'h'), { podNetwork: true });
  t.like(readArguments([...given, '--pod-network', 'off'], 'h'), { podNetwork: false });
  t.is(readArguments([...given, '--cluster-cidr', '10.1.0.0/16, 10.2.0.0/16'], 'h').clusterRanges.length, 2);
  t.like(readArguments(given, 'h'), { runtime: 'docker', nodes: 1, heartbeatIntervalMs: 1000 });
});

for (const [wrong, sentence] of [
  [['--state-folder', '/s'], /--server must be the URL/],
  [['--server', 'nope', '--state-folder', '/s'], /--server must be a URL/],
  [['--server', 'https://x'], /--state-folder/],
  [[...given, '--heartbeat', '5'], /--heartbeat/],
  [[...given, '--heartbeat', '1ms'], /--heartbeat/],
  [[...given, '--label', 'x'], /--label/],
  [[...given, '--name', 'no_name'], /--name/],
  [[...given, '--runtime', 'other'], /--runtime must be docker or hollow/],
  [[...given, '--nodes', '5'], /--nodes needs --runtime hollow/],
  [[...hollow, '--nodes', '0'], /--nodes must be 1 to 10000, not 0/],
  [[...hollow, '--nodes', '100000'], /--nodes must be 1 to 10000, not 100000/],
  [[...hollow, '--nodes', 'many'], /--nodes must be a whole number/],
  [[...hollow, '--warm-sandboxes', '1'], /--warm-sandboxes makes no sense with --runtime hollow/],
  [[...hollow, '--address', '10.0.0.1'], /--address makes no sense/],
  [[...hollow, '--cert', 'a', '--key', 'b'], /--cert makes no sense/],
  [[...hollow, '--nodes', '500', '--name', 'n'.repeat(60)], /--name/],
  [[...given, '--warm-sandboxes', '-1'], /warm-sandboxes/],
  [[...given, '--cert', 'a'], /--cert and --key/],
  [[...given, '--reserved-memory', 'lots'], /--reserved-memory/],
  [[...given, '--cluster-dns', 'dns.example'], /--cluster-dns "dns.example" must/],
  [[...given, '--cluster-dns', '10.0.0.1', '--cluster-domain', 'a b'], /--cluster-domain "a b" must/],
  [[...given, '--service-proxy', 'off', '--cluster-domain', 'a.b'], /--cluster-domain needs --cluster-dns/],
  [[...given, '--service-proxy', 'yes'], /--service-proxy must be on or off/],
  [[...hollow, '--cluster-dns', '10.0.0.1'], /--cluster-dns makes no sense/],
  [[...hollow, '--metrics-address', '127.0.0.1:9465'], /--metrics-address makes no sense/],
  [
    [...given, '--metrics-address', 'everywhere'],
    /--metrics-address must be ADDRESS:PORT, such as 127.0.0.1:9465, or off/,
  ],
  [[...given, '--log-level', 'loud'], /--log-level/],
  [[...given, '--pod-network', 'maybe'], /--pod-network must be on or off/],
  [[...given, '--cluster-cidr', '10.244.0.0/16,10.0'], /--cluster-cidr must be ranges/],
  [[...hollow, '--pod-network', 'on'], /--pod-network makes no sense/],
] as const) {
  test(`wrong arguments: ${wrong.join(' ')}`, (t) => {
    t.throws(() => readArguments(wrong, 'h'), { message: sentence });
  });
}
