// One local connection over one WebSocket: two channels, data and an error's text, the first message on each being the
// port. A WebSocket each, so that a slow connection holds up no other. Either half ends by itself; a connection that
// breaks is reset, so that the program at this end does not take it for the end of what it was told.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** The server tells the end of the pod's half too, which v5 of channel.k8s.io does not. */
export const PROTOCOL = 'v5.portforward.gantry.dev';
const CHANNEL = { data: 0, error: 1, close: 255 } as const;
const PORT_BYTES = 2;
/** The local program waits while more than this is not sent yet. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** Carries until it is over. @returns what went wrong; undefined when both halves ended by themselves. */
export function carryConnection(local: Socket, socket: WebSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let failure: string | undefined;
    const seen = new Set<number>();
    const send = (channel: number, data: Buffer): void => {
      socket.send(Buffer.concat([Buffer.from([channel]), data]), () => {
        if (socket.bufferedAmount <= UNSENT_BYTES_MAX) local.resume();
      });
      if (socket.bufferedAmount > UNSENT_BYTES_MAX) local.pause();
    };
    socket.on('open', () => {
      local.on('data', (data) => {
        send(CHANNEL.data, data);
      });
      local.on('end', () => {
        send(CHANNEL.close, Buffer.from([CHANNEL.data]));
      });
      local.resume();
    });
    socket.on('message', (message: Buffer) => {
      const [channel = 0] = message;
      if (channel === CHANNEL.close) {
        local.end();
        return;
      }
      const data = message.subarray(seen.has(channel) ? 1 : 1 + PORT_BYTES);
      seen.add(channel);
      if (data.length === 0) return;
      if (channel === CHANNEL.error) failure = `${failure ?? ''}${data.toString('utf8')}`;
      else if (!local.write(data)) socket.pause();
    });
    local.on('drain', () => {
      socket.resume();
    });
    local.on('error', () => undefined);
    local.on('close', () => {
      // Where both halves have ended the server says when all has arrived; else nobody hears what the pod still says.
      if (!local.readableEnded || !local.writableFinished) socket.close();
      socket.resume();
    });
    socket.on('unexpected-response', (_request, response) => {
      failure = `the server refused it (${response.statusCode ?? 0})`;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        failure = statusMessage(Buffer.concat(chunks).toString('utf8')) ?? failure;
        socket.terminate();
      });
    });
    socket.on('error', (error) => {
      if (!local.closed) failure ??= error.message;
    });
    socket.on('close', (code) => {
      if (code !== NORMAL && !local.closed) failure ??= 'the connection to the server was lost';
      if (failure === undefined) local.end();
      else local.resetAndDestroy();
      resolve(failure);
    });
  });
}

/** Of a WebSocket that was closed because all was said. */
const NORMAL = 1000;

function statusMessage(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { message?: string }).message;
  } catch {
    return undefined;
  }
}
