// Takes questions over TCP. Connections, their idle time, what waits in them and who has them are bounded.
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import { QUERY_BYTES_MAX, type Listener, type ListenerDeps } from './udp-listener.ts';
import { withLength } from './upstream-sockets.ts';

export interface TcpListenerDeps extends ListenerDeps {
  clock: Clock;
}

/** Connections at a time, and of one client. */
export const CONNECTIONS_MAX = 256;
export const CLIENT_CONNECTIONS_MAX = 32;
/** From one whole question to the next (RFC 7766 wants seconds). One that comes byte by byte is none. */
const IDLE_MS = 10_000;
/** Questions of one connection that are being answered; further ones wait in it. */
const PIPELINED_MAX = 16;
/** Answers that a client does not read. */
const UNREAD_BYTES_MAX = 256 * 1024;
const LENGTH_BYTES = 2;

/** @throws Error when the address cannot be had. */
export async function listenTcp(deps: TcpListenerDeps, address: string, port: number): Promise<Listener> {
  const sockets = new Map<Socket, string>();
  const server = createServer({ noDelay: true }, (socket) => {
    const client = socket.remoteAddress ?? '';
    const own = [...sockets.values()].filter((one) => one === client).length;
    if (sockets.size >= CONNECTIONS_MAX || own >= CLIENT_CONNECTIONS_MAX) {
      deps.metrics.drops.inc({ reason: 'connections' });
      socket.destroy();
      return;
    }
    sockets.set(socket, client);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(deps, socket, client);
  });
  await listening(server, address, port);
  server.on('error', (error) => deps.logger.warn('DNS listener failed', { error: messageOf(error) }));
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.keys()) socket.destroy();
      }),
  };
}

function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serveConnection(deps: TcpListenerDeps, socket: Socket, client: string): void {
  const { clock, metrics, logger } = deps;
  let bytes: Buffer = Buffer.alloc(0);
  let pending = 0;
  let cancelIdle = clock.schedule(IDLE_MS, () => socket.destroy());
  const renew = (): void => {
    cancelIdle();
    cancelIdle = clock.schedule(IDLE_MS, () => socket.destroy());
  };
  socket.on('close', () => cancelIdle());
  // Clients go whenever they like.
  socket.on('error', () => socket.destroy());

  const write = (answer: Buffer | undefined): void => {
    if (socket.destroyed) return;
    // What UDP would leave unanswered ends a connection.
    if (answer === undefined) return void socket.destroy();
    socket.write(withLength(answer));
    if (socket.writableLength <= UNREAD_BYTES_MAX) return;
    metrics.drops.inc({ reason: 'backlog' });
    socket.destroy();
  };
  const answer = async (packet: Buffer): Promise<void> => {
    pending += 1;
    try {
      write(await deps.handle(packet, client, 'tcp'));
    } catch (error) {
      logger.error('a DNS query failed', { error: messageOf(error) });
      socket.destroy();
    } finally {
      pending -= 1;
      if (!socket.destroyed) read();
    }
  };
  const read = (): void => {
    while (pending < PIPELINED_MAX && bytes.length >= LENGTH_BYTES && !socket.destroyed) {
      const end = LENGTH_BYTES + bytes.readUInt16BE(0);
      if (end > LENGTH_BYTES + QUERY_BYTES_MAX) {
        metrics.drops.inc({ reason: 'too-large' });
        socket.destroy();
        return;
      }
      if (bytes.length < end) break;
      const packet = bytes.subarray(LENGTH_BYTES, end);
      bytes = bytes.subarray(end);
      renew();
      void answer(packet);
    }
    if (pending >= PIPELINED_MAX) socket.pause();
    else socket.resume();
  };
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    read();
  });
}
