// The tunnels that agents have opened, by node. A node's newest connection replaces an older one.
import { WebSocketServer, type WebSocket } from 'ws';
import { forbidden, unavailable } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { MESSAGE_BYTES_MAX } from '@gantry/kit/tunnel/frame';
import { keepAlive } from '@gantry/kit/tunnel/keep-alive';
import { TUNNEL_PATH, type TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import { TunnelSession } from '@gantry/kit/tunnel/tunnel-session';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';
import { nodeOfUser } from '../auth/node-authorizer.ts';
import type { Extension } from '../server/extension.ts';

/** Opens streams to nodes. */
export interface Tunnels {
  /** @throws StatusError 503 when the node has no tunnel to this replica. */
  open(node: string, request: TunnelRequest): TunnelStream;
  /** @throws as {@link Tunnels.open}, but for what the node itself says. */
  expect(node: string): void;
  connectedNodes(): readonly string[];
  /** Calls `listener` with each node whose tunnel opens from now on. @returns what ends that. */
  onOpen(listener: (node: string) => void): () => void;
  /** Where agents dial in. */
  readonly extension: Extension;
  /** Ends all tunnels. */
  close(): void;
}

interface Tunnel {
  socket: WebSocket;
  session: TunnelSession;
}

/** A registry without any tunnel yet. */
export function createTunnels(deps: { clock: Clock; logger: Logger }): Tunnels {
  const tunnels = new Map<string, Tunnel>();
  const listeners = new Set<(node: string) => void>();
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const find = (node: string): Tunnel => {
    const tunnel = tunnels.get(node);
    if (tunnel !== undefined) return tunnel;
    throw unavailable(`node "${node}" is not connected right now; its agent may be down or restarting`);
  };
  return {
    open: (node, request) => find(node).session.open(request),
    expect: (node) => void find(node),
    connectedNodes: () => [...tunnels.keys()],
    onOpen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    extension: {
      path: TUNNEL_PATH,
      methods: ['GET'],
      access: 'authorized',
      async upgrade(request, { request: incoming, socket, head }) {
        const node = nodeOfUser(request.user);
        if (node === undefined) throw forbidden(undefined, '', 'only an agent opens a tunnel');
        acceptor.handleUpgrade(incoming, socket, head, (webSocket) => {
          addTunnel(tunnels, node, webSocket, deps);
          for (const listener of listeners) listener(node);
        });
      },
    },
    close() {
      for (const { socket } of tunnels.values()) socket.terminate();
    },
  };
}

function addTunnel(
  tunnels: Map<string, Tunnel>,
  node: string,
  socket: WebSocket,
  deps: { clock: Clock; logger: Logger },
): void {
  const session = new TunnelSession({
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(message);
    },
    close: (reason) => {
      socket.close(1002, reason.slice(0, 100));
    },
  });
  tunnels.get(node)?.socket.terminate();
  tunnels.set(node, { socket, session });
  const stopPings = keepAlive(socket, deps.clock);
  deps.logger.info('tunnel open', { node });
  socket.on('message', (data: Buffer) => {
    session.receive(data);
  });
  socket.on('error', (error) => {
    deps.logger.debug('tunnel error', { node, error: error.message });
  });
  socket.on('close', () => {
    stopPings();
    if (tunnels.get(node)?.session === session) tunnels.delete(node);
    session.break(`the connection to node "${node}" is lost`);
    deps.logger.info('tunnel closed', { node });
  });
}
