// The agent's end of the tunnel: dials out, keeps the connection, and serves what the control plane asks.
import type { SecureContext } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import { MESSAGE_BYTES_MAX } from '@gantry/kit/tunnel/frame';
import { keepAlive } from '@gantry/kit/tunnel/keep-alive';
import type { NodeNews } from '@gantry/kit/tunnel/node-news';
import type { ReplicaNews } from '@gantry/kit/tunnel/replica-news';
import { TUNNEL_PATH } from '@gantry/kit/tunnel/tunnel-request';
import { TunnelSession } from '@gantry/kit/tunnel/tunnel-session';
import type { NodeNewsFeed } from '../node/node-news.ts';
import type { NodeServices } from './node-services.ts';
import { serveStream } from './serve-stream.ts';

/** What the tunnel client needs. */
export interface TunnelClientDeps {
  /** `https://host:port` of the control plane. */
  server: string;
  /** Who the agent is. Read at each connection: a certificate may have been renewed. */
  secureContext(): SecureContext;
  services: NodeServices;
  /** The replica at the other end tells who it is, and who else there is. */
  onReplicas?: ((news: ReplicaNews) => void) | undefined;
  /** Hears what the replica tells of the agent's own node. */
  nodeNews?: Pick<NodeNewsFeed, 'hear' | 'lose'> | undefined;
  /** A connection that was open is not any more, or could not be opened. */
  onAway?(): void;
  clock: Clock;
  random: Random;
  logger: Logger;
}

const RECONNECT: BackoffPolicy = { initialMs: 200, maxMs: 10_000, factor: 2, jitter: 0.3 };
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Keeps a tunnel open until the signal is aborted. */
export async function runTunnelClient(deps: TunnelClientDeps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const opened = await serveOneConnection(deps, signal);
    failures = opened ? 1 : failures + 1;
    if (signal.aborted) return;
    await sleep(deps.clock, backoffMs(RECONNECT, failures, deps.random), signal).catch(() => undefined);
  }
}

/** @returns whether the connection had been open, once it has ended. */
function serveOneConnection(deps: TunnelClientDeps, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    // Handed on to the TLS connection, though the types of ws do not know it.
    const options: ClientOptions & { secureContext: SecureContext } = {
      secureContext: deps.secureContext(),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
    };
    const socket = new WebSocket(deps.server.replace(/^http/, 'ws') + TUNNEL_PATH, options);
    const session = new TunnelSession(
      {
        send: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(message);
        },
        close: (reason) => {
          socket.close(1002, reason.slice(0, 100));
        },
      },
      (request, stream) => void serveStream(request, stream, { ...deps, onNode }),
    );
    const onNode = ({ revision }: NodeNews): void => deps.nodeNews?.hear(session, revision);
    let opened = false;
    const stopPings = keepAlive(socket, deps.clock);
    const onAbort = (): void => {
      socket.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('open', () => {
      opened = true;
      deps.logger.info('tunnel open', { server: deps.server });
    });
    socket.on('message', (data: Buffer) => {
      session.receive(data);
    });
    socket.on('error', (error) => {
      deps.logger.debug('tunnel error', { error: messageOf(error) });
    });
    socket.on('close', () => {
      stopPings();
      signal.removeEventListener('abort', onAbort);
      deps.nodeNews?.lose(session);
      session.break('the tunnel to the control plane is closed');
      if (opened) deps.logger.info('tunnel closed', { server: deps.server });
      deps.onAway?.();
      resolve(opened);
    });
  });
}
