// Sends requests to a Service until it is told to stop, and says what became of them. A program of its own, so that it can
// run on another host than the test.
//   node load-program.js '<JSON of LoadWish>'
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import type { LoadReport, LoadWish, Way, WayReport } from './load.ts';

const ANSWER_WITHIN_MS = 10_000;
const wish = JSON.parse(process.argv[2] ?? '{}') as LoadWish;
const keepAlive = new Agent({ keepAlive: true, maxSockets: 1_000 });
const report: LoadReport = {};
const ways = Object.keys(wish.targets) as Way[];
/** Requests that are still to be made, where there is an end. */
const left: Partial<Record<Way, number>> =
  wish.requests === undefined ? {} : Object.fromEntries(ways.map((way) => [way, wish.requests]));
let isOver = false;

interface Answer {
  text: string;
  /** What is wrong with it. */
  wrong?: string;
}

function once(way: Way): Promise<Answer> {
  const target = wish.targets[way];
  if (target === undefined) throw new Error(`nowhere to go for ${way}`);
  if (way === 'tcp') return overTcp(target.host, target.port);
  return overHttp(target.host, target.port, way === 'keep-alive');
}

function overHttp(host: string, port: number, isKept: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host, port, path: '/', agent: isKept ? keepAlive : false, timeout: ANSWER_WITHIN_MS };
    const request = get(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({ text });
        else resolve({ text, wrong: `status ${answer.statusCode ?? 0}` });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}

function overTcp(host: string, port: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, host, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer in time')));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      if (text.includes(' 200 ')) resolve({ text: text.slice(text.indexOf('\r\n\r\n') + 4) });
      else reject(new Error(`an answer of ${text.length} characters`));
    });
  });
}

async function run(way: Way): Promise<void> {
  const mine: WayReport = (report[way] ??= { answered: 0, failed: {}, texts: {}, firstMs: {}, lastMs: {} });
  while (!isOver && (left[way] ?? Infinity) > 0) {
    if (left[way] !== undefined) left[way] -= 1;
    const beganMs = Date.now();
    try {
      const { text, wrong } = await once(way);
      note(mine, text.trim(), beganMs);
      if (wrong !== undefined) throw new Error(wrong);
      mine.answered += 1;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const words = code ?? message;
      mine.failed[words] = (mine.failed[words] ?? 0) + 1;
      // What fails at once would fail a thousand times a second.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (wish.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, wish.pauseMs));
  }
}

function note({ texts, firstMs, lastMs }: WayReport, text: string, beganMs: number): void {
  texts[text] = (texts[text] ?? 0) + 1;
  firstMs[text] = Math.min(firstMs[text] ?? Infinity, beganMs);
  lastMs[text] = Math.max(lastMs[text] ?? 0, beganMs);
}

process.once('SIGTERM', () => (isOver = true));
const clients = ways.flatMap((way) => Array.from({ length: wish.clients }, () => run(way)));
process.stdout.write('begun\n');
await Promise.all(clients);
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit();
