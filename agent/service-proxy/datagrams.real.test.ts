// Datagrams for real: pods in network namespaces of their own on one bridge, the host in another.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { openBench, type Bench } from './test-bench.ts';
import { aService, aSlice } from './test-services.ts';

const dns = aService(
  'dns',
  '10.96.0.7',
  { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 },
  { type: 'NodePort' },
);
const sticky = aService(
  'game',
  '10.96.0.8',
  { name: 'game', port: 53, protocol: 'UDP' },
  { sessionAffinity: 'ClientIP' },
);
const services = [dns, sticky];
const addresses = ['10.244.0.11', '10.244.0.12', '10.244.0.13'];

const slicesOf = (ready: readonly string[]) => [
  aSlice('dns', ready, { name: 'dns', port: 5353, protocol: 'UDP' }),
  aSlice('game', ready, { name: 'game', port: 5353, protocol: 'UDP' }),
];

interface Pod {
  run(script: string): ChildProcess;
}

/** A namespace with one cable to the bench's bridge. */
function makePod(t: ExecutionContext, { through }: Bench, address: string): Pod {
  const host = (through[1] ?? '').replace('--net=/var/run/netns/', '');
  const name = `${host}-${address.split('.').at(-1) ?? ''}`;
  const ip = (...args: string[]) => execFileSync('ip', args);
  // As the host of an engine and of an agent has it.
  ip('netns', 'exec', host, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  ip('-n', host, 'route', 'replace', '10.96.0.0/16', 'dev', 'lo');
  ip('netns', 'add', name);
  t.teardown(() => ip('netns', 'del', name));
  const cable = `v${name.slice(-10)}`;
  ip('-n', host, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('-n', host, 'link', 'set', cable, 'master', 'br0', 'up');
  ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  ip('-n', name, 'route', 'add', 'default', 'via', '10.244.0.254');
  return {
    run(script) {
      const child = spawn('nsenter', [`--net=/var/run/netns/${name}`, process.execPath, '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.teardown(() => child.kill('SIGKILL'));
      return child;
    },
  };
}

async function wordsOf(child: ChildProcess): Promise<Record<string, number>> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(text) as Record<string, number>;
}

/** Says its address to whoever sends a datagram. */
async function startEcho(pod: Pod, address: string): Promise<void> {
  const child = pod.run(`
    const s = require('node:dgram').createSocket('udp4');
    s.on('message', (_, from) => s.send('${address}', from.port, from.address));
    s.bind(5353, '${address}', () => console.log('up'));`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

/** Counts who answers, each question from a port of its own. */
const questions = (address: string, port: number, count: number): string => `
  const dgram = require('node:dgram'), seen = {};
  const one = () => new Promise((resolve) => {
    const s = dgram.createSocket('udp4');
    const end = (word) => { clearTimeout(late); s.close(); resolve(word); };
    const late = setTimeout(() => end('silence'), 3000);
    s.on('message', (m) => end(String(m))).on('error', (e) => end(e.code));
    s.connect(${port}, '${address}', (e) => e ? end(e.code) : s.send('?', (e) => e && end(e.code)));
  });
  (async () => {
    for (let i = 0; i < ${count}; i++) { const w = await one(); seen[w] = (seen[w] ?? 0) + 1; }
    console.log(JSON.stringify(seen));
  })()`;

/** One socket that goes on asking and says whenever another pod answers. */
const conversation = (address: string, port: number): string => `
  const s = require('node:dgram').createSocket('udp4');
  let last;
  s.on('message', (m) => { if (String(m) !== last) console.log(last = String(m)); });
  setInterval(() => s.send('?', ${port}, '${address}'), 20);`;

function nextLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk).trim())),
  );
}

test('datagrams are spread over pods, from pods and from the host; a flow leaves the pod that has left', async (t) => {
  const bench = await openBench(t);
  const pods = addresses.map((address) => makePod(t, bench, address));
  await Promise.all(pods.map((pod, at) => startEcho(pod, addresses[at] ?? '')));
  await bench.apply({ services, slices: slicesOf(addresses) });
  const client = makePod(t, bench, '10.244.0.20');

  const [fromPod, fromHost, byNodePort, kept] = await Promise.all([
    wordsOf(client.run(questions('10.96.0.7', 53, 60))),
    wordsOf(bench.program(questions('10.96.0.7', 53, 60))),
    wordsOf(client.run(questions('10.244.0.254', 30_053, 60))),
    wordsOf(client.run(questions('10.96.0.8', 53, 20))),
  ]);
  // By chance, but one in 10^10 that a pod of three is never asked.
  for (const seen of [fromPod, fromHost, byNodePort]) t.deepEqual(Object.keys(seen).sort(), addresses);
  t.is(Object.keys(kept).length, 1, 'a Service with affinity has one pod for one client');
  t.true(addresses.includes(Object.keys(kept)[0] ?? ''));
  const talk = client.run(conversation('10.96.0.7', 53));
  const first = await nextLine(talk);
  t.true(addresses.includes(first));
  const next = nextLine(talk);
  const rest = addresses.filter((address) => address !== first);
  await bench.apply({ services, slices: slicesOf(rest) });
  t.true(rest.includes(await next), 'the flow went on to another pod');
  t.is(bench.proxy.metrics().reloads, 1);

  await bench.apply({ services, slices: [] });
  // The kernel tells nobody more than a few times a second: not the one that talks on.
  const other = makePod(t, bench, '10.244.0.21');
  t.deepEqual(await wordsOf(other.run(questions('10.96.0.7', 53, 2))), { ECONNREFUSED: 2 });
  t.deepEqual(await wordsOf(bench.program(questions('10.96.0.7', 53, 2))), { EPERM: 2 });
});

test('an agent that was away has the kernel forget flows to what has left meanwhile', async (t) => {
  const bench = await openBench(t);
  const [one, two] = ['10.244.0.11', '10.244.0.12'];
  await Promise.all([one, two].map((address) => startEcho(makePod(t, bench, address), address)));
  await bench.apply({ services, slices: slicesOf([one]) });
  const talk = makePod(t, bench, '10.244.0.20').run(conversation('10.96.0.7', 53));
  t.is(await nextLine(talk), one);
  const next = nextLine(talk);
  await bench.stop();
  bench.start();
  await bench.apply({ services, slices: slicesOf([two]) });
  t.is(await next, two);
});
