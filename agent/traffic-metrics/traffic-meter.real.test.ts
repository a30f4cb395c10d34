// HAProxy for real, in a network namespace of the test's own: what was sent is what is counted, over a reload and over
// two agents, and nobody waits for whoever counts.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import { bucketsOf, counterOf, latencyQuantile, type TrafficReport } from '@gantry/api/service-traffic';
import { sleep, systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import { applyNft } from '../service-proxy/apply-nft.ts';
import { readSlots, writeInStep, writeSlots } from '../service-proxy/haproxy-files.ts';
import { createHaproxyProcess } from '../service-proxy/haproxy-process.ts';
import { listeningPorts } from '../service-proxy/listening-ports.ts';
import { createServiceProxy } from '../service-proxy/service-proxy.ts';
import { aService, aSlice, aSplit } from '../service-proxy/test-services.ts';
import type { ServiceLists } from '../services/service-lists.ts';
import { createHostMeter } from './host-meter.ts';
import type { TrafficMeter } from './traffic-meter.ts';

const PATIENCE_MS = 20_000;
const settings = { httpPort: 10_080, tcpPort: 10_081, connectionsMax: 2_000, isCounted: true };
const serviceCidr = '10.96.0.0/16';

interface Agent {
  meter: TrafficMeter;
  apply(lists: Pick<ServiceLists, 'services' | 'slices' | 'splits'>): Promise<void>;
  reloads(): number;
  stop(): Promise<void>;
}

interface Bench {
  /** Another agent in the same place, each time. */
  start(): Agent;
  spawn(script: string): ChildProcess;
  run(script: string): Promise<string>;
}

let revisions = 0;

function open(t: ExecutionContext): Bench {
  const name = `gantry-traffic-${systemIds.suffix(6)}`;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-traffic-'));
  const through = ['nsenter', `--net=/var/run/netns/${name}`];
  const inside = (...args: string[]) => execFileSync(through[0] ?? '', [...through.slice(1), 'ip', ...args]);
  execFileSync('ip', ['netns', 'add', name]);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'add', 'br0', 'type', 'bridge');
  for (const last of [1, 2, 254]) inside('addr', 'add', `10.244.0.${last}/24`, 'dev', 'br0');
  inside('link', 'set', 'br0', 'up');
  inside('route', 'add', 'default', 'dev', 'br0');
  const haproxy = createHaproxyProcess({ clock: systemClock, folder, through });
  const children: ChildProcess[] = [];
  const agents: Agent[] = [];
  t.teardown(async () => {
    for (const agent of agents) await agent.stop();
    await haproxy.end();
    for (const child of children) child.kill('SIGKILL');
    execFileSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (): Agent => {
    const agent = startAgent(folder, haproxy, through);
    agents.push(agent);
    return agent;
  };
  const program = (script: string): ChildProcess => {
    const args = [...through.slice(1), process.execPath, '-e', script];
    const child = spawn(through[0] ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  return {
    start,
    spawn: program,
    async run(script) {
      const child = program(script);
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await new Promise((resolve) => child.once('close', resolve));
      return text.trim();
    },
  };
}

function startAgent(
  folder: string,
  haproxy: ReturnType<typeof createHaproxyProcess>,
  through: string[],
): Agent {
  const deps = { clock: systemClock, ids: systemIds, logger: silentLogger };
  const meter = createHostMeter({ ...deps, folder });
  const proxy = createServiceProxy({
    ...{ ...deps, haproxy, settings, owner: 'test', traffic: meter },
    files: {
      readSlots: () => readSlots(folder),
      writeSlots: (stored) => writeSlots(folder, stored),
      writeInStep: (rendered) => writeInStep(folder, rendered),
    },
    applyRules: (rules) => applyNft(rules, through),
    claimHost: () => Promise.resolve(),
    listeningPorts: () => listeningPorts(through),
    dropFlows: () => Promise.resolve(),
  });
  const end = new AbortController();
  const running = Promise.all([proxy.run(() => undefined, end.signal), meter.run(end.signal)]);
  return {
    meter,
    async apply(lists) {
      const revision = String(++revisions);
      proxy.onServices({ ...lists, revision, serviceCidr });
      await until(() => proxy.appliedRevision() === revision);
    },
    reloads: () => proxy.metrics().reloads,
    async stop() {
      end.abort(new Error('stop'));
      await running;
    },
  };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error('not in time');
    await sleep(systemClock, 50);
  }
}

const pod = (address: string, podName: string): Endpoint => ({
  ...{ addresses: [address], targetRef: { kind: 'Pod', name: podName, uid: podName } },
  conditions: { ready: true, serving: true, terminating: false },
});
const V1 = '7bcd2fg';
const V2 = 'x9vt4kz';
const web = aService('web', '10.96.0.1');
const v1 = aSlice('web', [pod('10.244.0.1', `web-${V1}-x2b4k`)]);
const both = aSlice('web', [pod('10.244.0.1', `web-${V1}-x2b4k`), pod('10.244.0.2', `web-${V2}-d4f8c`)]);
const v2 = aSlice('web', [pod('10.244.0.2', `web-${V2}-d4f8c`)]);

const PODS = `
  let open = 2;
  for (const last of [1, 2])
    require('node:http').createServer((q, a) => {
      const [, status, ms] = q.url.split('/');
      a.statusCode = Number(status);
      setTimeout(() => a.end('x'.repeat(100)), Number(ms));
    }).listen(8080, '10.244.0.' + last, () => { if (--open === 0) console.log('up'); });`;

const send = (plan: readonly [count: number, status: number, ms: number][]): string => `
  (async () => {
    let answered = 0;
    for (const [count, status, ms] of ${JSON.stringify(plan)})
      for (let i = 0; i < count; i++)
        await fetch('http://10.96.0.1/' + status + '/' + ms).then((a) => a.text()).then(() => answered++);
    console.log(answered);
  })()`;

const rowOfRevision = (report: TrafficReport, revision: string) =>
  report.series.find((series) => series.service === 'shop/web' && series.revision === revision)?.row ?? [];
const answers = (report: TrafficReport, revision: string): number[] => {
  const row = rowOfRevision(report, revision);
  return [counterOf(row, 'answers2xx'), counterOf(row, 'answers4xx'), counterOf(row, 'answers5xx')];
};
const latencies = (report: TrafficReport, revision: string): number =>
  bucketsOf(rowOfRevision(report, revision)).reduce((sum, count) => sum + count, 0);

test.serial('each answer is counted once, by revision, over a reload and a new agent', async (t) => {
  const bench = open(t);
  const pods = bench.spawn(PODS);
  await new Promise((resolve) => pods.stdout?.once('data', resolve));
  const first = bench.start();
  await first.apply({ services: [web], slices: [v1] });
  t.is(
    await bench.run(
      send([
        [40, 200, 0],
        [10, 404, 0],
        [5, 500, 0],
        [5, 200, 150],
      ]),
    ),
    '60',
  );
  t.deepEqual(answers(await first.meter.report(), V1), [45, 10, 5]);
  // The log follows the counters by a moment.
  await until(async () => latencies(await first.meter.report(), V1) === 60);
  const buckets = bucketsOf(rowOfRevision(await first.meter.report(), V1));
  t.true((latencyQuantile(buckets, 0.5) ?? 0) < 100);
  t.true((latencyQuantile(buckets, 0.99) ?? 0) >= 100);

  const sticky = { ...web, spec: { ...web.spec, sessionAffinity: 'ClientIP' as const } };
  await first.apply({ services: [sticky], slices: [v1] });
  t.is(first.reloads(), 2);
  await bench.run(send([[20, 200, 0]]));
  t.deepEqual(answers(await first.meter.report(), V1), [65, 10, 5]);
  await first.apply({ services: [web], slices: [both] });
  await first.apply({ services: [web], slices: [v2] });
  await bench.run(
    send([
      [7, 200, 0],
      [3, 500, 0],
    ]),
  );
  const last = await first.meter.report();
  t.deepEqual(
    [answers(last, V1), answers(last, V2)],
    [
      [65, 10, 5],
      [7, 0, 3],
    ],
  );
  t.true(counterOf(rowOfRevision(last, V2), 'bytesOut') >= 10 * 100);
  await first.stop();

  t.is(await bench.run(send([[4, 200, 0]])), '4', 'nobody waits for whoever counts');
  const second = bench.start();
  await second.apply({ services: [web], slices: [v2] });
  const anew = await second.meter.report();
  t.not(anew.incarnation, last.incarnation);
  t.deepEqual(answers(anew, V2), [0, 0, 0], 'what was before is not counted again');
  await bench.run(send([[9, 200, 0]]));
  t.deepEqual(answers(await second.meter.report(), V2), [9, 0, 0]);
  await until(async () => latencies(await second.meter.report(), V2) >= 9);
});

test.serial('copies are counted as those of the Service that gets them', async (t) => {
  const bench = open(t);
  const pods = bench.spawn(PODS);
  await new Promise((resolve) => pods.stdout?.once('data', resolve));
  const agent = bench.start();
  const shadow = aSlice('shadow', [pod('10.244.0.2', `web-${V2}-d4f8c`)], { name: 'http', port: 8080 });
  const split = aSplit('web', [{ backends: { web: 1 }, mirror: { service: 'shadow', percent: 100 } }]);
  await agent.apply({
    services: [aService('web', '10.96.0.1'), aService('shadow', '10.96.0.2')],
    slices: [v1, shadow],
    splits: { splits: [split], revision: '1' },
  });
  t.is(await bench.run(send([[40, 200, 0]])), '40');
  const of = (report: TrafficReport, name: string): number =>
    counterOf(report.series.find(({ service }) => service === name)?.row ?? [], 'answers2xx');
  await until(async () => of(await agent.meter.report(), 'shop/shadow') === 40);
  t.is(of(await agent.meter.report(), 'shop/web'), 40);
  await until(async () => {
    const { series } = await agent.meter.report();
    const row = series.find(({ service }) => service === 'shop/shadow')?.row ?? [];
    // Lines of two threads at one moment: HAProxy drops one (about one of a thousand here).
    return bucketsOf(row).reduce((sum, count) => sum + count, 0) >= 20;
  });
  t.regex(await agent.meter.metricsText(), /^gantry_mirrored_requests_total 40$/m);
  t.regex(await agent.meter.metricsText(), /^gantry_mirror_drops_total{reason="busy"} 0$/m);
});

test.serial(
  'what a split sends to another Service is counted as that Service and its revision',
  async (t) => {
    const bench = open(t);
    const pods = bench.spawn(PODS);
    await new Promise((resolve) => pods.stdout?.once('data', resolve));
    const agent = bench.start();
    const canary = (name: string): ReturnType<typeof aSlice> =>
      aSlice(name, [pod('10.244.0.2', `web-${V2}-d4f8c`)], { name: 'http', port: 8080 });
    const split = aSplit('web', [{ backends: { 'web-canary': 1, web: 3 } }]);
    const apply = (port: { name: string; port: number }): Promise<void> =>
      agent.apply({
        services: [aService('web', '10.96.0.1', port), aService('web-canary', '10.96.0.2', port)],
        slices: [v1, canary('web-canary')].map((one) => ({ ...one, ports: [{ ...port, port: 8080 }] })),
        splits: { splits: [split], revision: '1' },
      });
    const rowOf = (report: TrafficReport, service: string, revision: string) =>
      report.series.find((one) => one.service === service && one.revision === revision)?.row ?? [];
    await apply({ name: 'http', port: 80 });
    t.is(await bench.run(send([[40, 200, 0]])), '40');
    const report = await agent.meter.report();
    t.is(counterOf(rowOf(report, 'shop/web', V1), 'answers2xx'), 30);
    t.is(counterOf(rowOf(report, 'shop/web-canary', V2), 'answers2xx'), 10);
    await apply({ name: 'db', port: 80 });
    const before = await agent.meter.report();
    await bench.run(`
    const http = require('node:http');
    const one = () => new Promise((resolve) => http.get({ host: '10.96.0.1', path: '/200/0', agent: false }, (a) => a.resume().on('end', resolve)));
    (async () => { for (let i = 0; i < 40; i++) await one(); })();`);
    const after = await agent.meter.report();
    const sessions = (service: string, revision: string): number =>
      counterOf(rowOf(after, service, revision), 'sessions') -
      counterOf(rowOf(before, service, revision), 'sessions');
    t.deepEqual([sessions('shop/web', V1), sessions('shop/web-canary', V2)], [30, 10]);
  },
);
