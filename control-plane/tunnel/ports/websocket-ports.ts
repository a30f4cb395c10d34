// Port-forward over WebSocket channels, as @kubernetes/client-node and `gantry` speak it: two channels a port, data and
// an error's text, each of whose first messages is the port. One connection a port. Our own subprotocol adds that the
// server tells the end of the pod's half, as v5 has the client tell the end of its own.
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import { badRequest } from '@gantry/api/status-error';
import type { Duplex } from 'node:stream';
import type { Upgrade } from '../../server/connect.ts';
import type { ForwardPort } from './forward-port.ts';
import type { PortClient, PortListener } from './port-client.ts';
import { PORT_FORWARD_PROTOCOL } from './spdy-ports.ts';

/** kubectl's: SPDY in binary messages. It has a `/`, which ws refuses to see in a subprotocol. */
const SPDY_PROTOCOL = `SPDY/3.1+${PORT_FORWARD_PROTOCOL}`;
const GANTRY_PROTOCOL = 'v5.portforward.gantry.dev';
const CHANNEL_PROTOCOLS = [GANTRY_PROTOCOL, 'v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
/** Closes the channel that the next byte names. */
const CLOSE = 255;
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** The client is held back while more than this is waiting for the node. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** What a message that waits takes besides its bytes. */
const MESSAGE_COST_BYTES = 256;

/** Which of the two flavours the client wants. @throws StatusError 400 when it is neither. */
export function flavourOf({ request }: Upgrade): 'spdy' | 'channels' {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(SPDY_PROTOCOL)) return 'spdy';
  if (CHANNEL_PROTOCOLS.some((protocol) => offered.includes(protocol))) return 'channels';
  throw badRequest(
    `the WebSocket must offer one of the subprotocols ${[SPDY_PROTOCOL, ...CHANNEL_PROTOCOLS].join(', ')}`,
  );
}

/** Completes the handshake. @returns the bytes that the messages carry, as one stream. */
export async function acceptSpdyWebSocket({ request, socket, head }: Upgrade): Promise<Duplex> {
  const acceptor = newAcceptor();
  delete request.headers['sec-websocket-protocol'];
  acceptor.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${SPDY_PROTOCOL}`));
  return new Promise((resolve) => {
    acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      resolve(createWebSocketStream(webSocket));
    });
  });
}

/** Completes the handshake and serves one connection a port until all are over, or the client is gone. */
export async function serveChannelPorts(
  { request, socket, head }: Upgrade,
  ports: readonly number[],
  forward: ForwardPort,
): Promise<void> {
  await new Promise<void>((resolve) => {
    newAcceptor().handleUpgrade(request, socket, head, (webSocket) => {
      // At once: the first messages may have come along with the upgrade.
      const session = new ChannelSession(webSocket, ports.length);
      webSocket.on('error', () => undefined);
      webSocket.on('message', (message: Buffer) => {
        session.receive(message);
      });
      webSocket.once('close', () => {
        session.end();
        resolve();
      });
      ports.forEach((port, index) => {
        session.start(index, port, forward);
      });
    });
  });
}

function newAcceptor(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => CHANNEL_PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
}

class ChannelSession {
  readonly #socket: WebSocket;
  readonly #listeners: PortListener[] = [];
  #open: number;
  #waitingBytes = 0;

  constructor(socket: WebSocket, connections: number) {
    this.#socket = socket;
    this.#open = connections;
  }

  start(index: number, port: number, forward: ForwardPort): void {
    const portBytes = Buffer.alloc(2);
    portBytes.writeUInt16LE(port);
    for (const channel of [2 * index, 2 * index + 1]) this.#send(channel, portBytes, () => undefined);
    this.#listeners.push(forward(port, this.#client(2 * index)));
  }

  receive(message: Buffer): void {
    const [channel = 0, closed] = message;
    const isClose = channel === CLOSE;
    const data = isClose ? closed : channel;
    // What comes on a channel for errors is nothing that we asked for.
    if (data === undefined || data % 2 === 1) return;
    const listener = this.#listeners[data / 2];
    if (isClose) listener?.onEnd();
    else if (listener !== undefined && message.length > 1) this.#receiveData(message.subarray(1), listener);
  }

  end(): void {
    for (const listener of this.#listeners) listener.onGone();
  }

  #receiveData(data: Buffer, listener: PortListener): void {
    const cost = data.length + MESSAGE_COST_BYTES;
    this.#waitingBytes += cost;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#socket.pause();
    listener.onData(data, () => {
      this.#waitingBytes -= cost;
      if (this.#waitingBytes <= WAITING_BYTES_MAX) this.#socket.resume();
    });
  }

  #client(channel: number): PortClient {
    let isOver = false;
    return {
      write: (data, consumed) => {
        this.#send(channel, data, consumed);
      },
      end: () => {
        if (this.#socket.protocol === GANTRY_PROTOCOL)
          this.#send(CLOSE, Buffer.from([channel]), () => undefined);
      },
      finish: (error) => {
        if (isOver) return;
        isOver = true;
        if (error !== undefined) this.#send(channel + 1, Buffer.from(error), () => undefined);
        this.#open -= 1;
        if (this.#open === 0) this.#socket.close(1000);
      },
    };
  }

  #send(channel: number, data: Buffer, sent: () => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      sent();
      return;
    }
    this.#socket.send(Buffer.concat([Buffer.from([channel]), data]), () => {
      sent();
    });
  }
}
