// One SPDY/3.1 connection as its server: streams that the client opens, each with two halves. Its own flow control is
// ignored, as the clients ignore it. Instead nothing is read while too much waits to be taken, and all that a peer
// can make grow has a limit; one that breaks a rule is cut off.
import type { Duplex } from 'node:stream';
import { FrameReader } from './frame-reader.ts';
import { encodeHeaders, readHeaders } from './header-block.ts';
import { HeaderCodec } from './header-codec.ts';
import { encodeFrame, RST_STATUS, type SpdyFrame } from './spdy-frame.ts';

/** What the owner of a stream hears. */
export interface SpdyStreamListener {
  /** The client has been told that the stream is open: what is written before would be dropped by it. */
  onOpen(): void;
  /** `consumed` lets the client send more, on any stream. */
  onData(data: Buffer, consumed: () => void): void;
  onEnd(): void;
  /** The client gave the stream up, or is gone. */
  onReset(): void;
}

/** A stream that the client has opened. */
export interface SpdyStream {
  readonly id: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** `sent` is called once the socket has taken the data, or never will. */
  write(data: Buffer, sent: () => void): void;
  /** Ends our half. Safe to call twice. */
  end(): void;
}

export interface SpdyOptions {
  /** Streams at once. */
  streamsMax: number;
  /** Decides on a stream that the client opens; undefined refuses it. */
  accept(stream: SpdyStream): SpdyStreamListener | undefined;
  /** The connection is over; every stream has been told before. */
  onClose(): void;
}

/** Nothing is read while more than this waits to be taken. */
export const WAITING_BYTES_MAX = 1024 * 1024;
/** What a piece that waits takes besides its bytes: very small ones count too. */
const FRAME_COST_BYTES = 256;
/** Of answers to frames that ask for one: a client that asks without reading is cut off. */
export const UNREAD_ANSWERS_BYTES_MAX = 64 * 1024;
/** Smaller pieces keep other streams moving. */
const DATA_BYTES_MAX = 64 * 1024;

interface Entry {
  listener: SpdyStreamListener;
  /** Ended by us, and by the client. */
  ended: { here: boolean; there: boolean };
}

export class SpdyConnection {
  readonly #socket: Duplex;
  readonly #options: SpdyOptions;
  readonly #codec = new HeaderCodec();
  readonly #reader = new FrameReader();
  readonly #streams = new Map<number, Entry>();
  #lastStream = 0;
  #waitingBytes = 0;
  #unreadBytes = 0;
  #goingAway = false;
  #wake: () => void = () => undefined;

  constructor(socket: Duplex, options: SpdyOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#close();
    });
  }

  /** Serves until the connection is over. Never rejects. @param head what came along with the upgrade. */
  async run(head: Buffer): Promise<void> {
    try {
      await this.#take(head);
      for await (const bytes of this.#socket) await this.#take(bytes as Buffer);
    } catch {
      // A broken rule or a broken connection: there is no use in telling.
    } finally {
      this.#socket.destroy();
    }
  }

  /** Says goodbye once all that was written has been sent. */
  end(): void {
    this.#socket.end(encodeFrame({ type: 'goaway', lastStream: this.#lastStream }));
  }

  /** Ends it at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #take(bytes: Buffer): Promise<void> {
    for (const frame of this.#reader.take(bytes)) await this.#handle(frame);
    while (this.#waitingBytes > WAITING_BYTES_MAX && !this.#socket.destroyed) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.#open(frame);
      case 'headers':
      case 'syn-reply':
        // Nothing of use is in there, but the next block builds on it.
        await this.#codec.inflate(frame.headerBlock);
        return;
      case 'data':
        this.#receive(frame);
        return;
      case 'rst-stream':
        this.#reset(frame.stream);
        return;
      case 'ping':
        this.#answer(encodeFrame(frame));
        return;
      case 'goaway':
        this.#goingAway = true;
        this.#endIfDone();
        return;
      case 'other':
        return;
    }
  }

  async #open({ stream: id, fin, headerBlock }: SpdyFrame & { type: 'syn-stream' }): Promise<void> {
    if (id % 2 === 0 || id <= this.#lastStream) throw new RangeError(`SPDY stream ${id} cannot be opened`);
    this.#lastStream = id;
    const headers = readHeaders(await this.#codec.inflate(headerBlock));
    const listener = this.#streams.size < this.#options.streamsMax ? this.#accept(id, headers) : undefined;
    if (listener === undefined) {
      this.#answer(encodeFrame({ type: 'rst-stream', stream: id, status: RST_STATUS.refused }));
      return;
    }
    const none = await this.#codec.deflate(encodeHeaders(new Map()));
    this.#answer(encodeFrame({ type: 'syn-reply', stream: id, fin: false, headerBlock: none }));
    listener.onOpen();
    if (fin) this.#endThere(id);
  }

  #accept(id: number, headers: ReadonlyMap<string, string>): SpdyStreamListener | undefined {
    const ended = { here: false, there: false };
    const listener = this.#options.accept({
      id,
      headers,
      write: (data, sent) => {
        if (ended.here) sent();
        else this.#write(id, data, sent);
      },
      end: () => {
        if (ended.here) return;
        ended.here = true;
        this.#send(encodeFrame({ type: 'data', stream: id, fin: true, data: Buffer.alloc(0) }));
        this.#forgetIfDone(id, ended);
      },
    });
    if (listener !== undefined) this.#streams.set(id, { listener, ended });
    return listener;
  }

  /** What comes for a stream that is over was under way when it ended. */
  #receive({ stream: id, fin, data }: SpdyFrame & { type: 'data' }): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (stream.ended.there) throw new RangeError(`SPDY stream ${id} goes on after its end`);
    if (data.length > 0) {
      let isWaiting = true;
      const cost = data.length + FRAME_COST_BYTES;
      this.#waitingBytes += cost;
      stream.listener.onData(data, () => {
        if (!isWaiting) return;
        isWaiting = false;
        this.#waitingBytes -= cost;
        if (this.#waitingBytes <= WAITING_BYTES_MAX) this.#wake();
      });
    }
    if (fin) this.#endThere(id);
  }

  #endThere(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.ended.there = true;
    stream.listener.onEnd();
    this.#forgetIfDone(id, stream.ended);
  }

  #reset(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.ended.here = stream.ended.there = true;
    this.#streams.delete(id);
    stream.listener.onReset();
    this.#endIfDone();
  }

  #forgetIfDone(id: number, ended: Entry['ended']): void {
    if (!ended.here || !ended.there) return;
    this.#streams.delete(id);
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#goingAway && this.#streams.size === 0) this.#socket.end();
  }

  #write(id: number, data: Buffer, sent: () => void): void {
    if (data.length === 0) sent();
    for (let at = 0; at < data.length; at += DATA_BYTES_MAX) {
      const piece = data.subarray(at, at + DATA_BYTES_MAX);
      const isLast = at + DATA_BYTES_MAX >= data.length;
      this.#send(
        encodeFrame({ type: 'data', stream: id, fin: false, data: piece }),
        isLast ? sent : undefined,
      );
    }
  }

  #answer(frame: Buffer): void {
    this.#unreadBytes += frame.length;
    if (this.#unreadBytes > UNREAD_ANSWERS_BYTES_MAX)
      throw new RangeError('a SPDY client that does not read');
    this.#send(frame, () => {
      this.#unreadBytes -= frame.length;
    });
  }

  #send(frame: Buffer, sent: () => void = () => undefined): void {
    if (!this.#socket.writable) {
      sent();
      return;
    }
    this.#socket.write(frame, () => {
      sent();
    });
  }

  #close(): void {
    this.#codec.close();
    this.#wake();
    for (const id of [...this.#streams.keys()]) this.#reset(id);
    this.#options.onClose();
  }
}
