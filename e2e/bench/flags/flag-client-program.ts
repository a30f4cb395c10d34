// A client of OFREP as programs have it, a program of its own so that it can run on another host.
//   node flag-client-program.js follow ADDRESS KEY         prints `VALUE MILLISECONDS` each time the flag is another
//   node flag-client-program.js load ADDRESS KEY RATE SECONDS   prints the times of requests in ms as JSON
//   node flag-client-program.js constant ADDRESS           answers every request alike: what HTTP alone takes here
import { Agent, createServer, get, request } from 'node:http';
import { connect, type Socket } from 'node:net';

const [, , mode, address = '', key = '', rate = '', seconds = ''] = process.argv;
const keepAlive = new Agent({ keepAlive: true, maxSockets: 64 });
const BODY = JSON.stringify({ context: { targetingKey: 'anna', tier: 'gold' } });
const REQUEST = `POST /ofrep/v1/evaluate/flags/${key} HTTP/1.1\r\nHost: ${address}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const CONNECTIONS = 16;
const WARM_UPS = 50;
/** As the node has it. */
const KEEP_ALIVE_MS = 60_000;

function evaluate(): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(BODY.length) };
    const path = `http://${address}/ofrep/v1/evaluate/flags/${key}`;
    const sent = request(path, { method: 'POST', agent: keepAlive, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(BODY);
  });
}

/** As a provider does by OFREP's ADR 0008: an event says that there is news, and the flag is evaluated anew. */
function follow(): void {
  const look = async (): Promise<void> => {
    const { variant } = JSON.parse(await evaluate()) as { variant?: string };
    process.stdout.write(`${variant ?? 'none'} ${Date.now()}\n`);
  };
  const connect = (): void => {
    const again = (): void => void setTimeout(connect, 200);
    get(`http://${address}/ofrep/v1/stream`, (answer) => {
      void look().catch(() => undefined);
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        if (chunk.includes('refetchEvaluation')) void look().catch(() => undefined);
      });
      answer.on('close', again);
    }).on('error', again);
  };
  connect();
}

/** One connection that is kept, a request at a time: the client must cost less than what it measures. */
class Connection {
  readonly #socket: Socket;
  #text = '';
  #done: (() => void) | undefined;

  constructor(host: string, port: number) {
    this.#socket = connect(port, host).setNoDelay(true).setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#read(chunk));
  }

  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(REQUEST);
    });
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const head = this.#text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < head + 4 + length) return;
    if (!this.#text.startsWith('HTTP/1.1 200')) throw new Error(this.#text);
    this.#text = '';
    this.#done?.();
  }
}

/** Requests are due at fixed times, whatever became of those before: their waits are counted. */
async function load(): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  // Each in its turn: servers close connections that nobody has used for a while.
  const idle = Array.from({ length: CONNECTIONS }, () => new Connection(host, Number(port)));
  for (const each of idle) for (let warm = 0; warm < WARM_UPS; warm += 1) await each.ask();
  const perMs = Number(rate) / 1_000;
  const total = Number(rate) * Number(seconds);
  const times: number[] = [];
  const due: number[] = [];
  const finished = new Promise<void>((resolve) => {
    const work = (): void => {
      for (let one = idle.shift(); one !== undefined; one = idle.shift()) {
        const dueMs = due.shift();
        if (dueMs === undefined) return void idle.unshift(one);
        const connection = one;
        void connection.ask().then(() => {
          times.push(performance.now() - dueMs);
          idle.push(connection);
          if (times.length === total) resolve();
          else work();
        });
      }
    };
    const beganMs = performance.now();
    let sent = 0;
    const tick = setInterval(() => {
      const now = Math.min(total, Math.floor((performance.now() - beganMs) * perMs));
      for (; sent < now; sent += 1) due.push(performance.now());
      if (sent === total) clearInterval(tick);
      work();
    }, 1);
  });
  await finished;
  const rounded = times.map((ms) => Math.round(ms * 100) / 100);
  process.stdout.write(`${JSON.stringify(rounded)}\n`, () => process.exit());
}

/** As little as a server of Node can do. */
function answerConstantly(): void {
  const [host = '', port = ''] = address.split(':');
  const text = '{"key":"checkout","reason":"DEFAULT","variant":"off","value":false,"metadata":{}}\n';
  const headers = { 'Content-Type': 'application/json', 'Content-Length': text.length };
  createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (asked, answer) => {
    asked.resume().on('end', () => answer.writeHead(200, headers).end(text));
  }).listen(Number(port), host, () => process.stdout.write('ready\n'));
}

if (mode === 'follow') follow();
else if (mode === 'constant') answerConstantly();
else await load();
