// A network namespace with HAProxy, nftables and pods of its own, for tests of the real things.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import { applyNft } from './apply-nft.ts';
import { readSlots, writeInStep, writeSlots } from './haproxy-files.ts';
import { flowDropper } from './drop-flows.ts';
import { programRunner } from '@gantry/kit/system-program';
import { listeningPorts } from './listening-ports.ts';
import { createHaproxyProcess } from './haproxy-process.ts';
import type { ServiceLists } from '../services/service-lists.ts';
import { createServiceProxy, type ServiceProxy, type ServiceProxyDeps } from './service-proxy.ts';

export const pods = ['10.244.0.1', '10.244.0.2', '10.244.0.3'];
const PATIENCE_MS = 20_000;
const settings = { httpPort: 10_080, tcpPort: 10_081, connectionsMax: 2_000, isCounted: true };
const serviceCidr = '10.96.0.0/16';

export interface Bench {
  through: string[];
  folder: string;
  proxy: ServiceProxy;
  start(): void;
  stop(): Promise<void>;
  apply(lists: Pick<ServiceLists, 'services' | 'slices' | 'routes' | 'splits'>): Promise<void>;
  program(script: string): ChildProcess;
  run(script: string): Promise<string>;
}

let revisions = 0;

/** @returns what programs are started through to be in it. */
function makeNetwork(name: string): string[] {
  const through = ['nsenter', `--net=/var/run/netns/${name}`];
  const inside = (...args: string[]) => execFileSync(through[0] ?? '', [...through.slice(1), 'ip', ...args]);
  execFileSync('ip', ['netns', 'add', name]);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'add', 'br0', 'type', 'bridge');
  inside('addr', 'add', '10.244.0.254/24', 'dev', 'br0');
  for (const last of [1, 2, 3]) inside('addr', 'add', `10.244.0.${last}/24`, 'dev', 'br0');
  inside('link', 'set', 'br0', 'up');
  inside('route', 'add', 'default', 'dev', 'br0');
  return through;
}

/** What is of the network and not of HAProxy. */
function hostParts(
  through: string[],
): Pick<ServiceProxyDeps, 'applyRules' | 'claimHost' | 'listeningPorts' | 'dropFlows'> {
  return {
    applyRules: (rules) => applyNft(rules, through),
    claimHost: () => Promise.resolve(),
    listeningPorts: () => listeningPorts(through),
    dropFlows: flowDropper(programRunner(through), silentLogger),
  };
}

/** Ends with the test. */
export async function openBench(
  t: ExecutionContext,
  options: Pick<ServiceProxyDeps, 'drainWithinMs'> = {},
): Promise<Bench> {
  const name = `gantry-proxy-${systemIds.suffix(6)}`;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-proxy-'));
  const through = makeNetwork(name);
  const haproxy = createHaproxyProcess({ clock: systemClock, folder, through });
  const children: ChildProcess[] = [];
  const make = (): ServiceProxy =>
    createServiceProxy({
      ...{ clock: systemClock, ids: systemIds, logger: silentLogger, haproxy, settings, owner: 'test' },
      ...{ ...hostParts(through), ...options },
      files: {
        readSlots: () => readSlots(folder),
        writeSlots: (stored) => writeSlots(folder, stored),
        writeInStep: (rendered) => writeInStep(folder, rendered),
      },
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
    run: (script) => textOf(bench.program(script)),
  };
  t.teardown(async () => {
    await bench.stop();
    await haproxy.end();
    for (const child of children) child.kill('SIGKILL');
    execFileSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  });
  bench.start();
  return bench;
}

/** @returns all that it printed, once it has ended. */
export async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

export async function until(isSo: () => boolean | Promise<boolean>, proxy: ServiceProxy): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not in time; the proxy says: ${proxy.error() ?? 'nothing'}`);
    await sleep(systemClock, 20);
  }
}

/** Three pods: each says its address, over HTTP on 8080 and over TCP on 5432; and on 8081 what it was asked for. */
export async function startPods(bench: Bench): Promise<void> {
  const child = bench.program(`
    const http = require('node:http'), net = require('node:net');
    let open = 9;
    const up = () => { if (--open === 0) console.log('up'); };
    for (const last of [1, 2, 3]) {
      const address = '10.244.0.' + last;
      http.createServer((q, a) => setTimeout(() => a.end(address), 5)).listen(8080, address, up);
      http.createServer((q, a) => {
        const answer = () => a.end(JSON.stringify({ address, url: q.url, method: q.method, headers: q.headers }));
        q.url.startsWith('/slow') ? setTimeout(answer, 3000) : answer();
      }).listen(8081, address, up);
      net.createServer((s) => { s.on('error', () => {}); s.end(address); }).listen(5432, address, up);
    }`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

export const requests = (url: string, count: number): string => `
  const seen = {};
  (async () => {
    for (let i = 0; i < ${count}; i++) {
      const answer = await fetch('${url}').catch((e) => ({ text: () => e.cause?.code ?? e.message }));
      const word = (await answer.text()).trim();
      seen[word] = (seen[word] ?? 0) + 1;
    }
    console.log(JSON.stringify(seen));
  })()`;
export const connections = (address: string, port: number, count: number): string => `
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
