// Pods that note what they were asked, and clients that measure, for tests of mirrors in a network of their own.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { askHaproxy } from '../haproxy-cli.ts';
import { ADMIN_SOCKET } from '../render-config.ts';
import type { Bench } from '../test-bench.ts';

/** What a pod was asked. */
export interface Noted {
  method: string;
  url: string;
  headers: Record<string, string>;
  bytes: number;
}

const RECORDER_PORT = 8082;
const TOLD_PORT = 8083;

/** On port 8082 of an address: notes each request and answers 50 kB after so long; never with -1. */
export async function startRecorder(bench: Bench, address: string, delayMs: number): Promise<() => void> {
  const child = bench.program(`
    const http = require('node:http'), noted = [];
    let aborted = 0, open = 2;
    const up = () => { if (--open === 0) console.log('up'); };
    const text = 'x'.repeat(50000);
    http.createServer((q, a) => {
      let bytes = 0;
      q.on('data', (d) => bytes += d.length).on('end', () => {
        noted.push({ method: q.method, url: q.url, headers: q.headers, bytes });
        if (${delayMs} >= 0) setTimeout(() => a.end(text), ${delayMs});
      });
      a.on('close', () => { if (!a.writableFinished) aborted += 1; });
    }).listen(${RECORDER_PORT}, '${address}', up);
    http.createServer((q, a) => a.end(JSON.stringify({ noted, aborted }))).listen(${TOLD_PORT}, '${address}', up);`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return () => child.kill('SIGKILL');
}

/** Requests that the pod at an address has had, and answers of it that nobody took to the end. */
export async function toldBy(bench: Bench, address: string): Promise<{ noted: Noted[]; aborted: number }> {
  const script = `fetch('http://${address}:${TOLD_PORT}').then((a) => a.text()).then((x) => process.stdout.write(x))`;
  return JSON.parse(await bench.run(script)) as { noted: Noted[]; aborted: number };
}

export interface Loaded {
  answers: Record<string, number>;
  medianMs: number;
}

/** So many POSTs with a body, eight at a time. */
export async function loadWith(bench: Bench, url: string, count: number, body: string): Promise<Loaded> {
  const text = await bench.run(`
    const http = require('node:http');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 }), answers = {}, times = [];
    const body = ${JSON.stringify(body)};
    const one = () => new Promise((resolve) => {
      const at = performance.now();
      const options = { agent, method: 'POST', headers: { 'x-trace': 'a, b', 'content-length': body.length } };
      http.request('${url}', options, (answer) => {
        answer.resume().on('end', () => { times.push(performance.now() - at); resolve(answer.statusCode); });
      }).on('error', (e) => resolve(e.code)).end(body);
    });
    let left = ${count};
    const worker = async () => { while (left-- > 0) { const w = await one(); answers[w] = (answers[w] ?? 0) + 1; } };
    Promise.all(Array.from({ length: 8 }, worker)).then(() => {
      times.sort((a, b) => a - b);
      const found = { answers, medianMs: times[times.length >> 1] };
      process.stdout.write(JSON.stringify(found), () => process.exit());
    });`);
  return JSON.parse(text) as Loaded;
}

/** Copies that were not sent, by reason. */
export async function dropsOf({ folder }: Bench): Promise<Record<string, number>> {
  const [table = ''] = await askHaproxy(join(folder, ADMIN_SOCKET), ['show table mirror-drops']);
  return Object.fromEntries(
    [...table.matchAll(/ key=(\w+) .*gpc0=(\d+)/g)].map(([, reason = '', count = '0']) => [
      reason,
      Number(count),
    ]),
  );
}

/** Answers of class 2xx and requests of all servers, by address, and of the frontend of copies. */
export async function countedIn({ folder }: Bench): Promise<Record<string, number>> {
  const [stats = ''] = await askHaproxy(join(folder, ADMIN_SOCKET), ['show stat -1 5 -1']);
  const [header = '', ...lines] = stats.split('\n');
  const names = header.slice(2).split(',');
  const at = (name: string): number => names.indexOf(name);
  const rows = lines.map((line) => line.split(',')).filter((row) => Number(row[at('stot')]) > 0);
  return Object.fromEntries(
    rows.map((row) => [
      row[at('svname')] === 'FRONTEND' ? row[at('pxname')] : row[at('svname')],
      Number(row[at('hrsp_2xx')]),
    ]),
  ) as Record<string, number>;
}

/** What a client sees that speaks for itself: text out, all that comes back until so long after the end. */
export function speak(bench: Bench, to: string, parts: readonly string[], pauseMs: number): Promise<string> {
  const [address = '', port = '80'] = to.split(':');
  return bench.run(`
    const s = require('node:net').connect(${port}, '${address}');
    const parts = ${JSON.stringify(parts)};
    const next = () => { const part = parts.shift(); if (part === undefined) return; s.write(part); setTimeout(next, ${pauseMs}); };
    s.on('data', (d) => process.stdout.write(d)).on('error', () => undefined);
    next();
    setTimeout(() => process.exit(), ${pauseMs} * ${parts.length} + 700);`);
}

/** A request made with curl; its words. */
export function curled(bench: Bench, ...args: string[]): Promise<string> {
  const argv = [...bench.through.slice(1), 'curl', '-s', '-i', '--max-time', '10', ...args];
  return new Promise((resolve, reject) =>
    execFile(bench.through[0] ?? '', argv, (error, stdout) =>
      error === null ? resolve(stdout) : reject(new Error(error.message)),
    ),
  );
}
