// The door to the network of whoever serves HTTP on this node: bounds of connections and of slow clients, and an end.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface HttpListener {
  port: number;
  /** Lets requests under way end for a moment, then cuts them. */
  close(): Promise<void>;
}

/** Connections at once; more are not accepted. */
const CONNECTIONS_MAX = 4_000;
/** How long a client may take over the head of a request, and over all of it. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** @throws when nobody can listen there. */
export function listenHttp(
  { address, port }: { address: string; port: number },
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpListener> {
  const server = createServer(
    {
      ...{ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      ...{ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true },
    },
    handle,
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end(BAD_REQUEST, () => socket.destroy());
    else socket.destroy();
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      // Answers are made within one turn: what is still open waits for a client.
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, () => {
      server.off('error', reject);
      const bound = server.address();
      resolve({ port: typeof bound === 'object' && bound !== null ? bound.port : port, close });
    });
  });
}
