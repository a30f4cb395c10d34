// The Unix socket that HAProxy's lines come to. Thin: whole lines out, however they arrive; what is too long is dropped.
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { untilAborted } from '@gantry/kit/until-aborted';
import { LOG_LINE_BYTES_MAX } from './read-log-line.ts';

/** One for each process of HAProxy that still has connections, and a few more. */
const CONNECTIONS_MAX = 64;

/**
 * Listens until the signal is aborted.
 *
 * @throws when the path cannot be listened on.
 */
export async function listenForLines(
  path: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    readLines(socket, onLine);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.maxConnections = CONNECTIONS_MAX;
  // An agent before this one has left it.
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  try {
    await untilAborted(failed, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LOG_LINE_BYTES_MAX) rest = rest.slice(0, LOG_LINE_BYTES_MAX + 1);
    for (const line of lines) onLine(line);
  });
}
