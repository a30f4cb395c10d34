// Takes questions over UDP. Nothing waits here: what cannot be sent is dropped, and asked again.
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { DnsMetrics } from './dns-metrics.ts';
import type { QueryHandler } from './query-handler.ts';

export interface ListenerDeps {
  handle: QueryHandler;
  metrics: DnsMetrics;
  logger: Logger;
}

/** Where questions are taken. */
export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** No question is larger. */
export const QUERY_BYTES_MAX = 4_096;
/** What comes while others are answered waits with the system; it may give less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Answers that wait to be sent. */
const SEND_BACKLOG_BYTES_MAX = 1024 * 1024;

/** @throws Error when the address cannot be had. */
export async function listenUdp(deps: ListenerDeps, address: string, port: number): Promise<Listener> {
  const { metrics, logger } = deps;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', (error) => logger.warn('DNS socket failed', { error: messageOf(error) }));
  enlarge(socket);
  socket.on('message', (packet, { address: client, port: clientPort }) => {
    if (packet.length > QUERY_BYTES_MAX) {
      metrics.drops.inc({ reason: 'too-large' });
      return;
    }
    const send = (answer: Buffer | undefined): void => {
      if (answer !== undefined) sendTo(socket, deps, answer, client, clientPort);
    };
    const answer = deps.handle(packet, client, 'udp');
    if (!(answer instanceof Promise)) send(answer);
    else
      answer.then(send).catch((error: unknown) => {
        metrics.drops.inc({ reason: 'failed' });
        logger.error('a DNS query failed', { error: messageOf(error) });
      });
  });
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The system's own size does as well, only for shorter floods.
  }
}

function sendTo(
  socket: Socket,
  { metrics }: ListenerDeps,
  answer: Buffer,
  client: string,
  port: number,
): void {
  // A client whose port is 0 invented it: there is nobody to send to.
  if (port === 0 || socket.getSendQueueSize() > SEND_BACKLOG_BYTES_MAX) {
    metrics.drops.inc({ reason: 'backlog' });
    return;
  }
  try {
    socket.send(answer, port, client, (error) => {
      if (error !== null) metrics.drops.inc({ reason: 'failed' });
    });
  } catch {
    // The socket was closed while others were asked.
    metrics.drops.inc({ reason: 'failed' });
  }
}
