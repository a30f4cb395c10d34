import test from 'ava';
import { createConnection, type ConnectionDeps } from './connection.ts';

/** A socket whose other end is the test. */
class ToySocket {
  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(text: string): void {
    this.onmessage?.({ data: text });
  }
}

function aWorld() {
  let nowMs = 0;
  let lost = 0;
  const timers: { atMs: number; run: () => void }[] = [];
  const sockets: ToySocket[] = [];
  const deps: ConnectionDeps = {
    connect: () => {
      const socket = new ToySocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    nowMs: () => nowMs,
    onLost: () => (lost += 1),
    random: () => 1,
    schedule: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
  };
  const pass = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      nowMs = next.atMs;
      next.run();
    }
    nowMs = untilMs;
  };
  const last = (): ToySocket => sockets.at(-1) as ToySocket;
  return { connection: createConnection(deps), sockets, last, pass, lost: () => lost };
}

test('what is subscribed to before the connection stands is asked for once it does', (t) => {
  const { connection, last } = aWorld();
  const types: string[] = [];
  connection.open('/api/v1/pods', ({ type }) => types.push(type));
  t.deepEqual(last().sent, []);
  last().open();
  t.deepEqual(last().sent, ['{"open":1,"path":"/api/v1/pods"}']);
  last().say('1 {"type":"ADDED"}\n2 {"type":"ADDED"}');
  t.deepEqual(types, ['RESTARTED', 'ADDED']);
});

test('a lost connection comes back, and asks for everything anew', (t) => {
  const { connection, last, sockets, pass, lost } = aWorld();
  last().open();
  const types: string[] = [];
  connection.open('/a', ({ type }) => types.push(type));
  pass(3000);
  last().close();
  t.deepEqual(connection.state.value, { type: 'lost', sinceMs: 0 });
  t.is(lost(), 1);
  pass(600);
  t.is(sockets.length, 2);
  last().open();
  t.is(connection.state.value.type, 'open');
  t.deepEqual(last().sent, ['{"open":1,"path":"/a"}']);
  t.deepEqual(types, ['RESTARTED', 'RESTARTED']);
});

test('pauses grow while it does not come back, up to a bound', (t) => {
  const { last, sockets, pass } = aWorld();
  for (let time = 0; time < 8; time += 1) {
    last().close();
    pass(15_000);
  }
  const before = sockets.length;
  last().close();
  pass(14_000);
  t.is(sockets.length, before);
  pass(1000);
  t.is(sockets.length, before + 1);
});

test('silence is as good as an end', (t) => {
  const { connection, last, pass } = aWorld();
  last().open();
  pass(11_000);
  last().say('0 {"type":"PING"}');
  pass(11_000);
  t.is(connection.state.value.type, 'open');
  pass(1001);
  t.deepEqual(connection.state.value, { type: 'lost', sinceMs: 11_000 });
});

test('a subscription that the server ended is begun anew, one that the page ended is not', (t) => {
  const { connection, last, pass } = aWorld();
  last().open();
  connection.open('/a', () => undefined);
  const end = connection.open('/b', () => undefined);
  last().say('1 {"type":"CLOSED"}\n2 {"type":"CLOSED"}');
  end();
  pass(1000);
  t.deepEqual(last().sent.slice(2), ['{"close":2}', '{"open":1,"path":"/a"}']);
});
