// Connections that somebody opened and has not asked anything over yet, as browsers do ahead of time.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Those of a server: Node takes them for busy, and a server that stops would wait for them. */
export interface UnusedConnections {
  /** Ends all that there are. */
  end(): void;
}

/** Watches a server, plain or with TLS, from before it listens. */
export function trackUnused(server: Server): UnusedConnections {
  const unused = new Map<string, Socket>();
  const carries = ({ socket }: { socket: Socket }): void => {
    unused.delete(peerOf(socket));
  };
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    unused.set(peer, socket);
    socket.once('close', () => unused.delete(peer));
  });
  server.on('request', carries);
  server.on('upgrade', carries);
  return {
    end() {
      for (const socket of unused.values()) socket.destroy();
    },
  };
}

/** The same for a TLS connection and for what carries it. */
function peerOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
