// A SPDY client for tests, over a real socket: says what it is told to, right or wrong, and notes what comes back.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { FrameReader } from './frame-reader.ts';
import { encodeHeaders } from './header-block.ts';
import { HeaderCodec } from './header-codec.ts';
import { encodeFrame, type SpdyFrame } from './spdy-frame.ts';

/** The client's end. */
export class TestPeer {
  readonly frames: SpdyFrame[] = [];
  readonly socket: Socket;
  readonly #codec = new HeaderCodec();
  readonly #reader = new FrameReader();
  #next = 1;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => this.frames.push(...this.#reader.take(bytes)));
    socket.on('close', () => {
      this.#codec.close();
    });
  }

  send(frame: Exclude<SpdyFrame, { type: 'other' }>): void {
    this.socket.write(encodeFrame(frame));
  }

  /** @returns the stream's number. */
  async open(headers: Readonly<Record<string, string>>, fin = false): Promise<number> {
    const stream = this.#next;
    this.#next += 2;
    const headerBlock = await this.#codec.deflate(encodeHeaders(new Map(Object.entries(headers))));
    this.send({ type: 'syn-stream', stream, fin, headerBlock });
    return stream;
  }

  data(stream: number, data: string | Buffer, fin = false): void {
    this.send({ type: 'data', stream, fin, data: Buffer.from(data) });
  }

  /** What has come on this stream. */
  heard(stream: number): { text: string; ended: boolean } {
    const own = this.frames.filter((frame) => frame.type === 'data' && frame.stream === stream);
    const data = own as (SpdyFrame & { type: 'data' })[];
    return {
      text: Buffer.concat(data.map((frame) => frame.data)).toString(),
      ended: data.some(({ fin }) => fin),
    };
  }

  /** Waits until it holds. @throws Error after a while, or when the connection ends first. */
  async until(what: string, holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries += 1) {
      if (tries > 1000) throw new Error(`waited in vain for ${what}`);
      if (this.socket.destroyed && tries > 10) throw new Error(`cut off while waiting for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async closed(): Promise<void> {
    this.socket.resume();
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }
}

/** Two ends of one connection; the server's is handed to `serve`. */
export async function connectPeer(t: ExecutionContext, serve: (socket: Socket) => void): Promise<TestPeer> {
  const server = createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  t.teardown(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  return new TestPeer(socket);
}
