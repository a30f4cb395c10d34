// Exec and attach over a WebSocket: one binary message is one channel byte and data. Subprotocols v5 and v4 of
// channel.k8s.io; v5 adds closing a channel.
import { WebSocketServer, type WebSocket } from 'ws';
import { badRequest, type Status } from '@gantry/api/status-error';
import type { Upgrade } from '../server/connect.ts';
import type { ClientListener, ClientSession } from './client-session.ts';

const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
/** v5: closes the channel that the next byte names. */
const CLOSE = 255;
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** The client is held back while more than this is waiting for the node. */
const STDIN_WAITING_BYTES_MAX = 1024 * 1024;

const acceptor = (): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });

/** Completes the handshake. @throws StatusError 400 when the client speaks no protocol of ours. */
export function acceptWebSocketClient({ request, socket, head }: Upgrade): Promise<ClientSession> {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!PROTOCOLS.some((protocol) => offered.includes(protocol))) {
    throw badRequest(`the WebSocket must offer one of the subprotocols ${PROTOCOLS.join(', ')}`);
  }
  return new Promise((resolve) => {
    acceptor().handleUpgrade(request, socket, head, (webSocket) => {
      resolve(new WebSocketClient(webSocket));
    });
  });
}

class WebSocketClient implements ClientSession {
  readonly #socket: WebSocket;
  #waitingBytes = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.pause();
  }

  listen(listener: ClientListener): void {
    this.#socket.on('message', (message: Buffer) => {
      this.#receive(message, listener);
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      listener.onGone();
    });
    this.#socket.resume();
  }

  write(channel: 'stdout' | 'stderr', data: Buffer, consumed: () => void): void {
    this.#send(channel === 'stdout' ? STDOUT : STDERR, data, consumed);
  }

  finish(status: Status): void {
    this.#send(ERROR, Buffer.from(JSON.stringify(status)), () => {
      this.#socket.close(1000);
    });
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

  #receive(message: Buffer, listener: ClientListener): void {
    const data = message.subarray(1);
    switch (message[0]) {
      case STDIN:
        this.#receiveStdin(data, listener);
        return;
      case RESIZE:
        readSize(data, listener);
        return;
      case CLOSE:
        if (data[0] === STDIN) listener.onStdinEnd();
        return;
      default:
        return;
    }
  }

  #receiveStdin(data: Buffer, listener: ClientListener): void {
    if (data.length === 0) return;
    this.#waitingBytes += data.length;
    if (this.#waitingBytes > STDIN_WAITING_BYTES_MAX) this.#socket.pause();
    listener.onStdin(data, () => {
      this.#waitingBytes -= data.length;
      if (this.#waitingBytes <= STDIN_WAITING_BYTES_MAX) this.#socket.resume();
    });
  }
}

/** Sizes arrive as `{"Width":80,"Height":24}`; what cannot be read is passed over. */
export function readSize(data: Buffer, listener: ClientListener): void {
  try {
    const { Width, Height } = JSON.parse(data.toString('utf8')) as { Width?: number; Height?: number };
    if (Number.isInteger(Width) && Number.isInteger(Height)) {
      listener.onResize({ width: Width ?? 0, height: Height ?? 0 });
    }
  } catch {
    // A half-written size: the next one corrects it.
  }
}
