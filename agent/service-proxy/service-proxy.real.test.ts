// HAProxy and nftables for real, in a network namespace of the test's own: nothing of it reaches the host's network.
import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { PID_FILE } from './haproxy-files.ts';
import { connections, openBench, pods, requests, startPods, until, type Bench } from './test-bench.ts';
import { aService, aSlice, ending } from './test-services.ts';

const web = aService('web', '10.96.0.1', { name: 'http', port: 80, nodePort: 30_080 }, { type: 'NodePort' });
const db = aService('db', '10.96.0.2', { name: 'db', port: 5432 });
const idle = aService('idle', '10.96.0.3');
const services = [web, db, idle];
const dbSlice = aSlice('db', pods, { name: 'db', port: 5432 });
const slices = [aSlice('web', pods), dbSlice];

test.serial('Services are spread over their pods; what leads nowhere is refused at once', async (t) => {
  const bench = await openBench(t);
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
  const bench = await openBench(t);
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

/** Nothing is under way any more to what has been taken out. */
function isDrained({ proxy }: Bench): boolean {
  return proxy.drainedRevision?.() === proxy.appliedRevision();
}

test.serial('what is under way to a pod that drains is waited for, also over a reload', async (t) => {
  const bench = await openBench(t, { drainWithinMs: 60_000 });
  const child = bench.program(`require('node:net').createServer((s) => s.on('data', () => s.end('done')))
    .listen(5432, '10.244.0.1', () => console.log('up'))`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const only = aSlice('db', ['10.244.0.1'], { name: 'db', port: 5432 });
  const leaving = aSlice('db', [ending('10.244.0.1'), '10.244.0.2'], { name: 'db', port: 5432 });
  /** One connection that is open, and ends when it is told to. */
  const connected = async (): Promise<ChildProcess> => {
    const client =
      bench.program(`const s = require('node:net').connect(5432, '10.96.0.2', () => console.log('open'));
      s.resume().on('close', () => process.exit()); setTimeout(() => {}, 60_000); process.once('SIGTERM', () => s.write('end'));`);
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    return client;
  };
  const drained = (): boolean => isDrained(bench);
  for (const more of [[], [aService('new', '10.96.0.9', undefined, { sessionAffinity: 'ClientIP' })]]) {
    await bench.apply({ services, slices: [only] });
    await until(drained, bench.proxy);
    const { reloads } = bench.proxy.metrics();
    const client = await connected();
    const newer = more.length === 0 ? [] : [aSlice('new', ['10.244.0.2'])];
    await bench.apply({ services: [...services, ...more], slices: [leaving, ...newer] });
    t.is(bench.proxy.metrics().reloads - reloads, more.length);
    t.false(drained());
    client.kill('SIGTERM');
    await until(drained, bench.proxy);
  }
});

test.serial('a request that a pod that drains has still to answer is waited for', async (t) => {
  const bench = await openBench(t, { drainWithinMs: 60_000 });
  const child = bench.program(`const held = [];
    require('node:http').createServer((q, a) => {
      if (q.url === '/held') { held.push(a); console.log('held'); } else { for (const each of [...held, a]) each.end('done'); }
    }).listen(8080, '10.244.0.1', () => console.log('up'))`);
  const said = (): Promise<unknown> => new Promise((resolve) => child.stdout?.once('data', resolve));
  await said();
  await bench.apply({ services, slices: [aSlice('web', ['10.244.0.1'])] });
  const held = said();
  const answer = bench.run(requests('http://10.96.0.1/held', 1));
  await held;
  await bench.apply({ services, slices: [aSlice('web', [ending('10.244.0.1'), '10.244.0.2'])] });
  const drained = (): boolean => isDrained(bench);
  t.false(drained());
  await bench.run(requests('http://10.244.0.1:8080/', 1));
  t.deepEqual(JSON.parse(await answer), { done: 1 });
  await until(drained, bench.proxy);
});

test.serial(
  'a dead HAProxy comes back the same; it serves on without the agent, who finds it again',
  async (t) => {
    const bench = await openBench(t);
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
    const bench = await openBench(t);
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
