// Port-forward as kubectl speaks it: SPDY streams in pairs, one for data and one for an error's text, whose headers
// say to which connection they belong. In which order the two come is the client's choice.
import type { Duplex } from 'node:stream';
import { SpdyConnection, type SpdyStream, type SpdyStreamListener } from '../spdy/spdy-connection.ts';
import type { ForwardPort } from './forward-port.ts';
import type { PortClient, PortListener } from './port-client.ts';
import { portOf } from './port-number.ts';

/** The protocol's name, in headers and in WebSocket subprotocols. */
export const PORT_FORWARD_PROTOCOL = 'portforward.k8s.io';
/** Connections at once through one client; each has two streams. */
export const CONNECTIONS_MAX = 128;

/** Serves until the client is gone. */
export function serveSpdyPorts(socket: Duplex, head: Buffer, forward: ForwardPort): Promise<void> {
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection(socket, {
    streamsMax: 2 * CONNECTIONS_MAX,
    accept: (stream) => {
      const id = stream.headers.get('requestid') ?? '';
      const type = stream.headers.get('streamtype');
      if (id === '' || (type !== 'data' && type !== 'error')) return undefined;
      const pair = pairs.get(id) ?? new Pair(forward, () => pairs.delete(id));
      pairs.set(id, pair);
      return pair.add(type, stream);
    },
    onClose: () => {
      pairs.clear();
    },
  });
  return connection.run(head);
}

/** One connection: waits for its two streams, then carries. */
class Pair implements PortClient {
  readonly #forward: ForwardPort;
  readonly #forget: () => void;
  readonly #streams = new Map<'data' | 'error', SpdyStream>();
  #opened = 0;
  #listener: PortListener | undefined;
  /** What came before both streams were there; the connection bounds it. */
  #early: ((listener: PortListener) => void)[] = [];

  constructor(forward: ForwardPort, forget: () => void) {
    this.#forward = forward;
    this.#forget = forget;
  }

  /** @returns undefined for a stream of which there is one already. */
  add(type: 'data' | 'error', stream: SpdyStream): SpdyStreamListener | undefined {
    if (this.#streams.has(type)) return undefined;
    this.#streams.set(type, stream);
    return {
      onOpen: () => {
        this.#opened += 1;
        if (this.#opened === 2) this.#start();
      },
      onData: (data, consumed) => {
        if (type === 'error') consumed();
        else this.#tell((listener) => listener.onData(data, consumed));
      },
      onEnd: () => {
        if (type === 'data') this.#tell((listener) => listener.onEnd());
      },
      onReset: () => {
        this.#forget();
        this.#tell((listener) => listener.onGone());
      },
    };
  }

  write(data: Buffer, consumed: () => void): void {
    const stream = this.#streams.get('data');
    if (stream === undefined) consumed();
    else stream.write(data, consumed);
  }

  end(): void {
    this.#streams.get('data')?.end();
  }

  finish(error?: string): void {
    this.#forget();
    if (error !== undefined) this.#streams.get('error')?.write(Buffer.from(error), () => undefined);
    for (const type of ['error', 'data'] as const) this.#streams.get(type)?.end();
  }

  #start(): void {
    const port = portOf(this.#streams.get('data')?.headers.get('port'));
    if (port === undefined) {
      this.finish('unable to parse the port: must be 1 to 65535');
      return;
    }
    const listener = this.#forward(port, this);
    this.#listener = listener;
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  #tell(event: (listener: PortListener) => void): void {
    if (this.#listener === undefined) this.#early.push(event);
    else event(this.#listener);
  }
}
