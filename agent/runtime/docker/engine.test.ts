// An engine that is away, hung, or cut off in the middle of an answer. The sockets here stand for the network, not for
// Docker: they say nothing, or stop.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createEngine } from './engine.ts';
import { followEvents, parseEvent } from './events.ts';

async function listen(t: ExecutionContext, onConnection: (socket: Socket) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-engine-'));
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const socketPath = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return socketPath;
}

const list = (abortSignal: AbortSignal, engine: ReturnType<typeof createEngine>): Promise<unknown> =>
  engine.docker.listContainers({ abortSignal } as object);

test('nobody listens: the engine is away', async (t) => {
  const engine = createEngine({ address: { socketPath: '/no/such/engine.sock' }, clock: systemClock });
  await t.throwsAsync(
    engine.call('list', (signal) => list(signal, engine)),
    { code: 'runtime-unavailable' },
  );
  const stream = engine.stream({ what: 'events', path: '/events', method: 'GET' });
  await t.throwsAsync(stream, { code: 'runtime-unavailable' });
});

test('no answer: the engine is away after a bounded time', async (t) => {
  const clock = new VirtualClock();
  let asked = (): void => undefined;
  const connected = new Promise<void>((resolve) => (asked = resolve));
  const socketPath = await listen(t, asked);
  const engine = createEngine({ address: { socketPath }, clock });
  const calls = [
    engine.call('list', (signal) => list(signal, engine), { timeoutMs: 5000 }),
    engine.stream({ what: 'events', path: '/events', method: 'GET', timeoutMs: 5000 }),
  ];
  const outcomes = Promise.allSettled(calls);
  await connected;
  clock.advance(5000);
  for (const outcome of await outcomes) {
    t.is(outcome.status, 'rejected');
    t.like((outcome as PromiseRejectedResult).reason, { code: 'runtime-unavailable' });
  }
  engine.close();
});

test('an answer that breaks off does not hang', async (t) => {
  const clock = new VirtualClock();
  let cut = (): void => undefined;
  const answered = new Promise<void>((resolve) => (cut = resolve));
  const socketPath = await listen(t, (socket) => {
    socket.once('data', () => {
      socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{"Id":',
        cut,
      );
    });
  });
  const engine = createEngine({ address: { socketPath }, clock });
  const call = t.throwsAsync(
    engine.call('list', (signal) => list(signal, engine)),
    { code: 'runtime-unavailable' },
  );
  await answered;
  clock.advance(60_000);
  await call;
  engine.close();
});

test('what the caller aborts ends with his reason', async (t) => {
  const socketPath = await listen(t, () => undefined);
  const engine = createEngine({ address: { socketPath }, clock: new VirtualClock() });
  const abort = new AbortController();
  const call = engine.call('list', (signal) => list(signal, engine), { signal: abort.signal });
  abort.abort(new Error('not wanted'));
  await t.throwsAsync(call, { message: 'not wanted' });
  await t.throwsAsync(
    engine.call('list', async () => 1, { signal: abort.signal }),
    { message: 'not wanted' },
  );
  engine.close();
});

test('the variable DOCKER_HOST is understood when it is given', (t) => {
  const of = (dockerHost: string) => createEngine({ address: { dockerHost }, clock: systemClock });
  t.true(of('unix:///run/x.sock').local);
  t.false(of('tcp://127.0.0.1:2375').local);
  t.false(of('127.0.0.1:2375').local);
  t.true(createEngine({ address: {}, clock: systemClock }).local);
});

test('events are followed again after the engine was away, with a look at everything in between', async (t) => {
  const clock = new VirtualClock();
  const sockets: Socket[] = [];
  const socketPath = await listen(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      sockets.push(socket);
    });
  });
  const engine = createEngine({ address: { socketPath }, clock });
  const seen: string[] = [];
  const stop = new AbortController();
  const following = followEvents(
    { engine, clock, logger: silentLogger, nodeName: 'n' },
    {
      onEvent: ({ type, containerId }) => seen.push(`${type} ${containerId}`),
      onConnected: () => seen.push('connected'),
    },
    stop.signal,
  );
  await until(() => seen.length === 1);
  const line = `${JSON.stringify({ Action: 'start', Actor: { ID: 'c1', Attributes: {} } })}\n`;
  // An event may come in two pieces, and not every line is one of ours.
  sockets[0]?.write(chunked(`{"Action":"exec_start: x","Actor":{"ID":"c1"}}\n${line.slice(0, 10)}`));
  sockets[0]?.write(chunked(line.slice(10)));
  await until(() => seen.length === 2);
  sockets[0]?.destroy();
  await until(() => {
    clock.advance(10_000);
    return seen.length === 3;
  });
  t.deepEqual(seen, ['connected', 'start c1', 'connected']);
  stop.abort();
  await following;
  engine.close();
});

test('an event of a pod carries its uid', (t) => {
  const event = {
    Action: 'die',
    Actor: { ID: 'c', Attributes: { 'gantry.dev/pod-uid': 'u', exitCode: '1' } },
  };
  t.deepEqual(parseEvent(JSON.stringify(event)), { type: 'die', containerId: 'c', podUid: 'u' });
  t.is(parseEvent('{"Action":"exec_die","Actor":{"ID":"c"}}'), undefined);
  t.is(parseEvent('{}'), undefined);
});

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
