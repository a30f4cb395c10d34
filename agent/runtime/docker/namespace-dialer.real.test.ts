// Into network namespaces of our own making, and into none that is not there.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import test from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createNamespaceDialer } from './namespace-dialer.ts';

const never = new AbortController().signal;
const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');

/** Ends each connection after the client has, with the number of bytes that came. */
async function counting(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, onSocket).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

test('five megabytes cross both ways whole, and either half ends by itself', async (t) => {
  const dialer = createNamespaceDialer({ clock: new VirtualClock() });
  const body = Buffer.alloc(5_000_000, 'gantry says: ');
  const { server, port } = await counting((socket) => {
    const chunks: Buffer[] = [];
    socket.write('early ');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      socket.end(Buffer.concat(chunks));
    });
  });
  t.teardown(() => {
    dialer.close();
    server.close();
  });
  const exchanges = Array.from({ length: 5 }, async () => {
    const socket = await dialer.dial(process.pid, port, never);
    socket.end(body);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  });
  for (const answer of await Promise.all(exchanges)) {
    t.is(answer.subarray(0, 6).toString(), 'early ');
    t.is(md5(answer.subarray(6)), md5(body));
  }
});

test('another namespace has ports of its own; one that has been left can be entered again', async (t) => {
  const clock = new VirtualClock();
  const dialer = createNamespaceDialer({ clock });
  const { server, port } = await counting((socket) => socket.end());
  const stranger = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
  t.teardown(() => {
    dialer.close();
    server.close();
    stranger.kill();
  });
  await once(stranger, 'spawn');
  const network = (pid: number): string => readlinkSync(`/proc/${pid}/ns/net`);
  while (network(stranger.pid ?? 0) === network(process.pid)) await sleep(systemClock, 10);
  // Not even its 127.0.0.1 is up.
  await t.throwsAsync(dialer.dial(stranger.pid ?? 0, port, never), { code: 'connection-failed' });
  clock.advance(60_000);
  await t.throwsAsync(dialer.dial(process.pid, 1, never), { code: 'connection-refused' });
  (await dialer.dial(process.pid, port, never)).destroy();
});

test('a process that is not there has no namespace; a connection that nobody wants any more is closed', async (t) => {
  const dialer = createNamespaceDialer({ clock: new VirtualClock() });
  t.teardown(() => {
    dialer.close();
  });
  await t.throwsAsync(dialer.dial(2 ** 30, 80, never), { code: 'namespace-closed' });
  const closedEarly = new Promise<void>((resolve) => {
    void counting((socket) => {
      socket.resume().on('end', () => {
        socket.end();
        server?.close();
        resolve();
      });
    }).then(async ({ server: listening, port }) => {
      server = listening;
      const abort = new AbortController();
      const dialing = dialer.dial(process.pid, port, abort.signal);
      setImmediate(() => {
        abort.abort(new Error('enough'));
      });
      await t.throwsAsync(dialing, { message: 'enough' });
    });
  });
  let server: Server | undefined;
  await closedEarly;
  t.pass();
});
