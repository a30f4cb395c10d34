// A Service, its canary and another one, and clients of them, for tests of TrafficSplits in a network of their own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { ServiceLists } from '../services/service-lists.ts';
import { textOf, type Bench } from './test-bench.ts';
import { aService, aSlice, aSplit } from './test-services.ts';

export const NODE = '10.244.0.254';
export const STABLE = '10.244.0.1';
export const CANARY = '10.244.0.2';
export const OTHER = '10.244.0.3';
const echo = { name: 'http', port: 8081 };
const nodePort = { name: 'http', port: 80, nodePort: 30_080 };
export const services = [
  aService('web', '10.96.0.1', nodePort, { type: 'NodePort' }),
  aService('web-canary', '10.96.0.2'),
  aService('other', '10.96.0.3'),
];
export const slices = [
  aSlice('web', [STABLE], echo),
  aSlice('web-canary', [CANARY], echo),
  aSlice('other', [OTHER], echo),
];
let revisions = 0;

/** Each call is newer than the one before. */
export function withSplits(
  ...splits: TrafficSplit[]
): Pick<ServiceLists, 'services' | 'slices'> & Required<Pick<ServiceLists, 'splits'>> {
  return { services, slices, splits: { splits, revision: String(++revisions) } };
}

export const shares = (canary: number, web: number) => ({ 'web-canary': canary, web });
export const weights = (canary: number, web: number): TrafficSplit =>
  aSplit('web', [{ backends: shares(canary, web) }]);

export interface TestRequest {
  url: string;
  headers?: Record<string, string>;
}

const ONE = `
  const one = ({ url, headers = {} }) => new Promise((resolve) => http.get(url, { agent, headers }, (answer) => {
    let text = '';
    answer.on('data', (d) => text += d).on('end', () =>
      resolve(answer.statusCode === 200 ? JSON.parse(text).address : String(answer.statusCode)));
  }).on('error', (e) => resolve(e.code)));
  const end = (found) => process.stdout.write(JSON.stringify(found), () => process.exit());`;

/** Who answered each request. */
export async function ask(
  bench: Bench,
  requests: readonly TestRequest[],
  { isKept = true, atOnce = 8 } = {},
): Promise<string[]> {
  const file = join(bench.folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const text = await bench.run(`
    const http = require('node:http');
    const requests = JSON.parse(require('node:fs').readFileSync('${file}', 'utf8')), found = [];
    const agent = new http.Agent({ keepAlive: ${isKept}, maxSockets: ${atOnce} });
    ${ONE}
    let next = 0;
    const worker = async () => { while (next < requests.length) { const at = next++; found[at] = await one(requests[at]); } };
    Promise.all(Array.from({ length: ${atOnce} }, worker)).then(() => end(found));`);
  return JSON.parse(text) as string[];
}

export const many = (count: number, url = 'http://10.96.0.1/'): TestRequest[] =>
  Array.from({ length: count }, () => ({ url }));

export function counts(found: readonly string[]): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const one of found) seen[one] = (seen[one] ?? 0) + 1;
  return seen;
}

/** A request of a load: begun and answered by the clock of all programs, and who answered. */
export interface LoadedRequest {
  fromMs: number;
  toMs: number;
  who: string;
}

/** Requests from four workers until they are told to end, a minute at most. */
export function load(bench: Bench, isKept: boolean): { end(): Promise<LoadedRequest[]> } {
  const child = bench.program(`
    const http = require('node:http');
    const agent = new http.Agent({ keepAlive: ${isKept}, maxSockets: 4 }), found = [], endMs = Date.now() + 60_000;
    ${ONE}
    let isOver = false;
    process.on('SIGTERM', () => (isOver = true));
    const url = 'http://10.96.0.1/';
    const worker = async () => {
      while (!isOver && Date.now() < endMs) {
        const fromMs = Date.now(), who = await one({ url });
        found.push({ fromMs, toMs: Date.now(), who });
      }
    };
    process.stdout.write(' ');
    Promise.all([1, 2, 3, 4].map(worker)).then(() => end(found));`);
  const text = textOf(child);
  const isUp = new Promise((resolve) => child.stdout?.once('data', resolve));
  return {
    async end() {
      await isUp;
      child.kill('SIGTERM');
      return JSON.parse(await text) as LoadedRequest[];
    },
  };
}

/** A bearer token that nobody has signed. */
export function token(claims: object): string {
  const part = (one: object): string => Buffer.from(JSON.stringify(one)).toString('base64url');
  return `Bearer ${part({ alg: 'none' })}.${part(claims)}.sig`;
}
