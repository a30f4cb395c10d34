// The pod network for real: pods of several nodes, each on a made-up host with an engine and a kernel of its own as far as
// the network goes.
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { removeFromKernel } from '@gantry/kit/pod-network/remove-from-kernel';
import { systemIds } from '@gantry/kit/random';
import { programRunner } from '@gantry/kit/system-program';
import type { Host } from './create-hosts.ts';
import { endProcesses, patiently, startProgram } from './host-programs.ts';
import {
  ECHO,
  echoed,
  execIn,
  nodeObject,
  openNetworkStage,
  type NetworkStage,
  type RunningPod,
  type StageNode,
} from './pod-network-stage.ts';

const LARGE_BYTES = 60_000;

/** Sends a word from a host to what echoes. */
async function hello(from: Host, to: string, port: number): Promise<string> {
  return (await from.run(['sh', '-c', `echo hello | busybox nc -w 2 ${to} ${port}`])).trim();
}

/** A pod that echoes on each node; both ways, small and large. */
async function reachEachOther(t: ExecutionContext, { nodes }: NetworkStage) {
  const pods = await Promise.all(nodes.map((node) => node.run('echo', ECHO)));
  for (const from of pods) {
    for (const to of pods) {
      t.is(await echoed(from, to.ip, 10), 10, `${from.ip} to ${to.ip}`);
      t.is(await echoed(from, to.ip, LARGE_BYTES), LARGE_BYTES, `${from.ip} to ${to.ip}`);
    }
  }
  // A host reaches the pods of others, as probes and proxies do.
  for (const { host } of nodes) for (const { ip } of pods) t.is(await hello(host, ip, 7000), 'hello');
  return pods;
}

test.serial('pods of two nodes on one link reach each other, straight', async (t) => {
  const stage = await openNetworkStage(t, { count: 2 });
  const [a, b] = stage.nodes;
  await reachEachOther(t, stage);
  t.regex(
    await (a?.host.run(['ip', 'route']) ?? ''),
    new RegExp(`10.244.1.0/24 via ${b?.host.address} dev eth0`),
  );
  t.notRegex(await (a?.host.run(['ip', 'link']) ?? ''), /vxlan|gv[0-9a-f]{8}/);
});

test.serial('pods of two nodes with a router between reach each other through VXLAN', async (t) => {
  const stage = await openNetworkStage(t, { count: 2, linkOf: (index) => index });
  const [a] = stage.nodes;
  await reachEachOther(t, stage);
  t.regex(await (a?.host.run(['ip', 'route']) ?? ''), /10.244.1.0\/24 via 10.244.1.0 dev gv[0-9a-f]{8}/);
});

/** A program on a host that answers each connection with the address it came from. */
const WHO_ASKS = `require('node:net').createServer((s) => { s.on('error', () => {}); s.end(s.remoteAddress); }).listen(8000, '0.0.0.0')`;

function answerOn(t: ExecutionContext, host: Host): void {
  const pid = startProgram([...host.through, process.execPath, '-e', WHO_ASKS], '/dev/null');
  t.teardown(() => endProcesses([pid], 'SIGKILL'));
}

async function whoAsked(from: RunningPod, host: Host): Promise<string> {
  let answer = '';
  await patiently(`an answer of ${host.name}`, async () => {
    answer = await execIn(from, `nc -w 2 ${host.address} 8000 </dev/null`);
    return answer !== '';
  });
  return answer.replace('::ffff:', '');
}

/** Tells the node's network that a Node object has changed. */
function poke({ api }: NetworkStage): void {
  const node = api.get('nodes', 'n0') as ReturnType<typeof nodeObject>;
  api.put('nodes', { ...node, metadata: { ...node.metadata, annotations: { at: systemIds.uid() } } });
}

function nodesOf(stage: NetworkStage): [StageNode, StageNode] {
  const [a, b] = stage.nodes;
  if (a === undefined || b === undefined) throw new Error('two nodes are needed');
  return [a, b];
}

test.serial(
  'outside of the cluster a pod is seen as its host, inside as itself; published ports work',
  async (t) => {
    const stage = await openNetworkStage(t, { count: 2, outsiders: 1 });
    const [a, b] = nodesOf(stage);
    const [outsider] = stage.hosts.outsiders;
    if (outsider === undefined) throw new Error('no outsider');
    answerOn(t, outsider);
    answerOn(t, b.host);
    const pod = await a.run('echo', ECHO, [{ containerPort: 7000, hostPort: 7777, protocol: 'TCP' }]);
    t.is(await whoAsked(pod, outsider), a.host.address);
    t.is(await whoAsked(pod, b.host), pod.ip);
    const other = await b.run('echo', ECHO);
    const bare = await a.host.docker.createContainer({
      ...{ Image: a.imageId, Cmd: ['nc', '-ll', '-p', '7000', '-e', 'cat'] },
      ExposedPorts: { '7000/tcp': {} },
      HostConfig: { PortBindings: { '7000/tcp': [{ HostPort: '7778' }] } },
    });
    await bare.start();
    for (const port of [7777, 7778]) {
      t.is(await execIn(other, `echo hello | nc -w 5 ${a.host.address} ${port}`), 'hello');
      const seen = await outsider.run(['sh', '-c', `echo hello | busybox nc -w 5 ${a.host.address} ${port}`]);
      t.is(seen.trim(), 'hello');
    }
    // Whoever finds the way by himself is let in by nobody.
    await outsider.run(['ip', 'route', 'add', '10.244.1.0/24', 'via', b.host.address]);
    await t.throwsAsync(hello(outsider, other.ip, 7000));
  },
);

/** Answers every question for an address with 192.0.2.99. */
const NAME_SERVER = `
  const server = require('node:dgram').createSocket('udp4');
  server.on('message', (question, from) => {
    const end = question.indexOf(0, 12) + 5;
    const isA = question.readUInt16BE(end - 4) === 1;
    const head = Buffer.from(question.subarray(0, end));
    head.writeUInt16BE(0x8180, 2); head.writeUInt16BE(1, 4); head.writeUInt16BE(isA ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const answer = Buffer.from('c00c000100010000003c0004c0000263', 'hex');
    server.send(isA ? Buffer.concat([head, answer]) : head, from.port, from.address);
  });
  server.bind(53, '0.0.0.0');`;

test.serial(
  'names are asked of the same servers as in the network of the engine, through the host',
  async (t) => {
    const stage = await openNetworkStage(t, { count: 1, outsiders: 1 });
    const [[a], [outsider]] = [stage.nodes, stage.hosts.outsiders];
    if (a === undefined || outsider === undefined) throw new Error('a node and an outsider are needed');
    const pid = startProgram([...outsider.through, process.execPath, '-e', NAME_SERVER], '/dev/null');
    t.teardown(() => endProcesses([pid], 'SIGKILL'));
    for (const network of ['bridge', a.names.network]) {
      const asks = await a.host.docker.createContainer({
        ...{ Image: a.imageId, Cmd: ['sh', '-c', 'until busybox nslookup some.name.test; do sleep 1; done'] },
        HostConfig: { NetworkMode: network, Dns: [outsider.address] },
      });
      await asks.start();
      await asks.wait();
      const words = (await asks.logs({ stdout: true, stderr: true })).toString();
      t.regex(words, /192\.0\.2\.99/, network);
    }
  },
);

test.serial('rules and routes that somebody flushed come back', async (t) => {
  const stage = await openNetworkStage(t, { count: 2 });
  const [a, b] = nodesOf(stage);
  const [from, to] = [await a.run('echo', ECHO), await b.run('echo', ECHO)];
  for (const { host, names } of [a, b]) {
    await host.run(['iptables', '-F', 'DOCKER-USER']);
    await host.run(['nft', 'flush', 'table', 'ip', names.table]);
    await host.run(['ip', 'route', 'flush', 'proto', '103']);
  }
  poke(stage);
  await patiently('the way back', async () => (await echoed(from, to.ip, 10)) === 10);
  await patiently('the way there', async () => (await echoed(to, from.ip, 10)) === 10);
  t.regex(await a.host.run(['iptables', '-S', 'DOCKER-USER']), /--comment "gantry/);
});

test.serial('a connection between pods lives on while the agents of both nodes start anew', async (t) => {
  const stage = await openNetworkStage(t, { count: 2 });
  const [a, b] = nodesOf(stage);
  const [from, to] = [await a.run('sleep', 'sleep 10000'), await b.run('echo', ECHO)];
  const [stdin, stdout, end] = [new PassThrough(), new PassThrough(), new AbortController()];
  let heard = '';
  stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  const command = ['nc', to.ip, '7000'];
  const exec = a.runtime.exec(from.containerId, { command, tty: false, stdin, stdout, signal: end.signal });
  for (const word of ['one', 'two', 'three']) {
    stdin.write(`${word}\n`);
    await patiently(`the echo of ${word}`, () => heard.endsWith(`${word}\n`));
    await a.restartNetwork();
    await b.restartNetwork();
  }
  stdin.end();
  t.is(await exec, 0);
  t.is(heard, 'one\ntwo\nthree\n');
});

test.serial(
  'an agent that starts without the control plane makes pods in the network that is there',
  async (t) => {
    const stage = await openNetworkStage(t, { count: 2 });
    const [a, b] = nodesOf(stage);
    stage.api.isAway = true;
    await a.stopNetwork();
    a.startNetwork();
    const [from, to] = [await a.run('echo', ECHO), await b.run('echo', ECHO)];
    t.is(await echoed(from, to.ip, 10), 10);
  },
);

test.serial(
  'two agents on one engine: their pods reach each other, and the removal of one leaves the other',
  async (t) => {
    const stage = await openNetworkStage(t, { count: 2 });
    const [a, b] = nodesOf(stage);
    stage.api.put('nodes', nodeObject('n2', '10.244.2.0/24', a.host.address));
    const beside = stage.addNode(a.host, 2);
    await beside.settled();
    await Promise.all([a, b].map(({ network }) => network.name()));
    const pods = await Promise.all([a, b, beside].map((node) => node.run('echo', ECHO)));
    for (const from of pods)
      for (const to of pods)
        await patiently(`${from.ip} to ${to.ip}`, async () => (await echoed(from, to.ip, 10)) === 10);
    const [, far, near] = pods;
    if (far === undefined || near === undefined) throw new Error('no pods');
    await a.stopNetwork();
    await removeFromKernel(programRunner(a.host.through), a.scope);
    t.is(await echoed(near, far.ip, 10), 10);
    t.false((await a.host.run(['nft', 'list', 'tables'])).includes(a.names.table));
    await beside.stopNetwork();
    await removeFromKernel(programRunner(a.host.through), beside.scope);
  },
);

test.serial('what is taken away is gone: rules, routes, device, mark', async (t) => {
  const stage = await openNetworkStage(t, { count: 2, linkOf: (index) => index });
  const [a] = nodesOf(stage);
  await a.stopNetwork();
  await a.host.docker.getNetwork(a.names.network).remove();
  await removeFromKernel(programRunner(a.host.through), a.scope);
  await removeFromKernel(programRunner(a.host.through), a.scope);
  const left = await Promise.all([
    a.host.run(['nft', 'list', 'tables']),
    a.host.run(['iptables', '-S']),
    a.host.run(['ip', 'link']),
    a.host.run(['ip', 'route', 'show', 'table', 'all']),
  ]);
  t.notRegex(left.join(''), /gantry|gp[0-9a-f]{4}-|gv[0-9a-f]{8}|10\.244/);
});

test.serial(
  'objects that lie make no routes and cost nobody its network; a range that cannot be used is told',
  async (t) => {
    const stage = await openNetworkStage(t, { count: 2 });
    const [a, b] = nodesOf(stage);
    const { api } = stage;
    const prefix = a.host.address.split('.').slice(0, 3).join('.');
    api.put('nodes', nodeObject('thief', '10.244.0.0/23', b.host.address));
    api.put('nodes', nodeObject('wide', '0.0.0.0/0', b.host.address));
    api.put('nodes', nodeObject('words', '10.244.9.0/24; reboot', b.host.address));
    api.put('nodes', nodeObject('broadcast', '10.244.10.0/24', `${prefix}.255`));
    api.put('nodes', nodeObject('loop', '10.244.11.0/24', '127.0.0.1'));
    await a.settled('NodesLeftOut');
    t.is(a.network.condition()?.status, 'False');
    const routes = await a.host.run(['ip', 'route', 'show', 'proto', '103']);
    t.deepEqual(
      routes
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      ['10.244.1.0/24'],
    );
    api.put('nodes', nodeObject('n0', '10.9.0.0/24', a.host.address));
    await a.settled('RangeRefused');
    t.is(a.network.condition()?.status, 'True');
    await t.throwsAsync(a.run('waits', ECHO), { code: 'network-not-ready', message: /--cluster-cidr/ });
  },
);

test.serial('a node that gets another range moves once its pods are gone', async (t) => {
  const stage = await openNetworkStage(t, { count: 1 });
  const [a] = stage.nodes;
  if (a === undefined) throw new Error('no node');
  const pod = await a.run('echo', ECHO);
  stage.api.put('nodes', nodeObject('n0', '10.244.7.0/24', a.host.address));
  await a.settled('NetworkInUse');
  await a.runtime.removeContainer(pod.containerId);
  await a.runtime.removeSandbox(pod.sandbox.id);
  poke(stage);
  await a.settled();
  t.regex((await a.run('echo', ECHO)).ip, /^10\.244\.7\./);
});

test.serial('an engine that was killed and comes back has its pods in the same network', async (t) => {
  const stage = await openNetworkStage(t, { count: 2 });
  const [a, b] = nodesOf(stage);
  const [from, to] = [await a.run('echo', ECHO), await b.run('echo', ECHO)];
  await b.host.killEngine();
  t.is(await echoed(from, to.ip, 10), 10, 'while it is away');
  await b.host.startEngine();
  poke(stage);
  await patiently('after it came back', async () => (await echoed(from, to.ip, 10)) === 10);
  t.is(await echoed(from, (await b.run('new', ECHO)).ip, LARGE_BYTES), LARGE_BYTES);
});
