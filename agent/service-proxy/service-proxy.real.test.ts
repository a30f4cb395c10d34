// HAProxy and nftables for real, in a network namespace of the test's own: nothing of it reaches the host's network.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import { applyNft } from './apply-nft.ts';
import { PID_FILE, readSlots, writeInStep, writeSlots } from './haproxy-files.ts';
import { listeningPorts } from './listening-ports.ts';
import { createHaproxyProcess } from './haproxy-process.ts';
import type { ServiceLists } from '../services/service-lists.ts';
import { createServiceProxy, type ServiceProxy } from './service-proxy.ts';
import { aService, aSlice, ending } from './test-services.ts';

const PATIENCE_MS = 20_000;
const settings = { httpPort: 10_080, tcpPort: 10_081, connectionsMax: 2_000 };
const serviceCidr = '10.96.0.0/16';

interface Bench {
  through: string[];
  folder: string;
  proxy: ServiceProxy;
  start(): void;
  stop(): Promise<void>;
  apply(lists: Pick<ServiceLists, 'services' | 'slices'>): Promise<void>;
  program(script: string): ChildProcess;
  run(script: string): Promise<string>;
}

let revisions = 0;

async function open(t: ExecutionContext): Promise<Bench> {
  const name = `gantry-proxy-${systemIds.suffix(6)}`;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-proxy-'));
  const through = ['nsenter', `--net=/var/run/netns/${name}`];
  const inside = (...args: string[]) => execFileSync(through[0] ?? '', [...through.slice(1), 'ip', ...args]);
  execFileSync('ip', ['netns', 'add', name]);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'add', 'br0', 'type', 'bridge');
  inside('addr', 'add', '10.244.0.254/24', 'dev', 'br0');
  for (const last of [1, 2, 3]) inside('addr', 'add', `10.244.0.${last}/24`, 'dev', 'br0');
  inside('link', 'set', 'br0', 'up');
  inside('route', 'add', 'default', 'dev', 'br0');
  const haproxy = createHaproxyProcess({ clock: systemClock, folder, through });
  const children: ChildProcess[] = [];
  const make = (): ServiceProxy =>
    createServiceProxy({
      ...{ clock: systemClock, ids: systemIds, logger: silentLogger, haproxy, settings, owner: 'test' },
      files: {
        readSlots: () => readSlots(folder),
        writeSlots: (stored) => writeSlots(folder, stored),
        writeInStep: (rendered) => writeInStep(folder, rendered),
      },
      applyRules: (rules) => applyNft(rules, through),
      claimHost: () => Promise.resolve(),
      listeningPorts: () => listeningPorts(through),
    });
  let end = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const bench: Bench = {
    ...{ through, folder, proxy: make() },
    start() {
      end = new AbortController();
      bench.proxy = make();
      running = bench.proxy.run(() => undefined, end.signal);
    },
    async stop() {
      end.abort(new Error('stop'));
      await running;
    },
    async apply(lists) {
      const revision = String(++revisions);
      bench.proxy.onServices({ ...lists, revision, serviceCidr });
      await until(() => bench.proxy.appliedRevision() === revision, bench.proxy);
    },
    program(script) {
      const args = [...through.slice(1), process.execPath, '-e', script];
      const child = spawn(through[0] ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      return child;
    },
    async run(script) {
      const child = bench.program(script);
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await new Promise((resolve) => child.once('close', resolve));
      return text;
    },
  };
  t.teardown(async () => {
    await bench.stop();
    await haproxy.end();
    for (const child of children) child.kill('SIGKILL');
    execFileSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  });
  await haproxy.checkProgram();
  bench.start();
  return bench;
}

async function until(isSo: () => boolean | Promise<boolean>, proxy: ServiceProxy): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not in time; the proxy says: ${proxy.error() ?? 'nothing'}`);
    await sleep(systemClock, 20);
  }
}

/** Three pods: each says its address, over HTTP on 8080 and over TCP on 5432. */
async function startPods(bench: Bench): Promise<void> {
  const child = bench.program(`
    const http = require('node:http'), net = require('node:net');
    let open = 6;
    const up = () => { if (--open === 0) console.log('up'); };
    for (const last of [1, 2, 3]) {
      const address = '10.244.0.' + last;
      http.createServer((q, a) => setTimeout(() => a.end(address), 5)).listen(8080, address, up);
      net.createServer((s) => { s.on('error', () => {}); s.end(address); }).listen(5432, address, up);
    }`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

const requests = (url: string, count: number): string => `
  const seen = {};
  (async () => {
    for (let i = 0; i < ${count}; i++) {
      const answer = await fetch('${url}').catch((e) => ({ text: () => e.cause?.code ?? e.message }));
      const word = (await answer.text()).trim();
      seen[word] = (seen[word] ?? 0) + 1;
    }
    console.log(JSON.stringify(seen));
  })()`;
const connections = (address: string, port: number, count: number): string => `
  const net = require('node:net'), seen = {};
  const one = () => new Promise((resolve) => {
    let text = '';
    const s = net.connect(${port}, '${address}');
    s.on('data', (d) => text += d).on('error', (e) => resolve(e.code)).on('close', () => resolve(text));
  });
  (async () => {
    for (let i = 0; i < ${count}; i++) { const w = await one(); seen[w] = (seen[w] ?? 0) + 1; }
    console.log(JSON.stringify(seen));
  })()`;

const pods = ['10.244.0.1', '10.244.0.2', '10.244.0.3'];
const web = aService('web', '10.96.0.1', { name: 'http', port: 80, nodePort: 30_080 }, { type: 'NodePort' });
const db = aService('db', '10.96.0.2', { name: 'db', port: 5432 });
const idle = aService('idle', '10.96.0.3');
const services = [web, db, idle];
const dbSlice = aSlice('db', pods, { name: 'db', port: 5432 });
const slices = [aSlice('web', pods), dbSlice];

test.serial('Services are spread over their pods; what leads nowhere is refused at once', async (t) => {
  const bench = await open(t);
  await startPods(bench);
  await bench.apply({ services, slices });
  const each = { '10.244.0.1': 10, '10.244.0.2': 10, '10.244.0.3': 10 };
  t.deepEqual(JSON.parse(await bench.run(requests('http://10.96.0.1/', 30))), each);
  t.deepEqual(JSON.parse(await bench.run(requests('http://10.244.0.254:30080/', 30))), each);
  t.deepEqual(JSON.parse(await bench.run(connections('10.96.0.2', 5432, 30))), each);
  t.deepEqual(JSON.parse(await bench.run(requests('http://10.96.0.3/', 1))), { 'no-endpoint': 1 });
  t.deepEqual(JSON.parse(await bench.run(connections('10.96.0.99', 5432, 2))), { ECONNRESET: 2 });
  t.is(statSync(join(bench.folder, 'admin.sock')).mode & 0o777, 0o600);
});

test.serial('a pod that drains under load loses no request, and gets no new one', async (t) => {
  const bench = await open(t);
  await startPods(bench);
  await bench.apply({ services, slices });
  const load = bench.run(requests('http://10.96.0.1/', 400));
  await sleep(systemClock, 300);
  const { reloads } = bench.proxy.metrics();
  const less = [aSlice('web', ['10.244.0.1', '10.244.0.2', ending('10.244.0.3')]), dbSlice];
  await bench.apply({ services, slices: less });
  t.is(JSON.parse(await bench.run(requests('http://10.96.0.1/', 30)))['10.244.0.3'], undefined);
  await bench.apply({ services, slices: [aSlice('web', ['10.244.0.1', '10.244.0.2']), dbSlice] });
  const seen = JSON.parse(await load) as Record<string, number>;
  t.deepEqual(
    Object.keys(seen).filter((word) => !pods.includes(word)),
    [],
  );
  t.is(bench.proxy.metrics().reloads, reloads);
});

test.serial(
  'a dead HAProxy comes back the same; it serves on without the agent, who finds it again',
  async (t) => {
    const bench = await open(t);
    await startPods(bench);
    await bench.apply({ services, slices: [dbSlice] });
    await bench.apply({ services, slices });
    const pidOf = (): number => Number(readFileSync(join(bench.folder, PID_FILE), 'utf8'));
    const first = pidOf();
    process.kill(first, 'SIGTERM');
    await until(() => bench.proxy.metrics().reloads === 2, bench.proxy);
    t.not(pidOf(), first);
    const seen = await bench.run(requests('http://10.96.0.1/', 30));
    t.deepEqual(Object.keys(JSON.parse(seen) as object).sort(), pods);
    await bench.stop();
    t.is(JSON.parse(await bench.run(connections('10.96.0.2', 5432, 3)))['10.244.0.1'], 1);
    const kept = pidOf();
    bench.start();
    await bench.apply({ services, slices: [aSlice('web', ['10.244.0.2']), dbSlice] });
    t.is(pidOf(), kept);
    t.is(bench.proxy.metrics().reloads, 0);
    t.deepEqual(JSON.parse(await bench.run(requests('http://10.96.0.1/', 4))), { '10.244.0.2': 4 });
  },
);

test.serial(
  'one change among 500 Services and 2,000 endpoints is a few commands and no reload',
  async (t) => {
    const bench = await open(t);
    await startPods(bench);
    const many = Array.from({ length: 500 }, (_, at) =>
      aService(`s${at}`, `10.96.${1 + (at >> 8)}.${at & 255}`),
    );
    const four = (at: number): string[] =>
      [1, 2, 3, 4].map((last) => `10.244.${1 + (at >> 6)}.${(at & 63) * 4 + last - 1}`);
    const all = many.map((_, at) => aSlice(`s${at}`, at === 7 ? pods : four(at)));
    await bench.apply({ services: many, slices: all });
    const before = bench.proxy.metrics();
    await bench.apply({
      services: many,
      slices: all.map((slice, at) => (at === 7 ? aSlice('s7', ['10.244.0.1']) : slice)),
    });
    const after = bench.proxy.metrics();
    t.is(after.reloads, before.reloads);
    t.true(after.commands - before.commands <= 4);
    t.log(`first ${before.lastApplyMs} ms, one change ${after.lastApplyMs} ms`);
    t.deepEqual(JSON.parse(await bench.run(requests('http://10.96.1.7/', 5))), { '10.244.0.1': 5 });
  },
);
