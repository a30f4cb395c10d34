// Exec and attach over SPDY/3.1, as clients before Kubernetes 1.30 speak it: one SPDY stream per channel. Its
// flow control is ignored, as the clients ignore it; the socket's own holds a fast client back.
import type { Duplex } from 'node:stream';
import { badRequest, type Status } from '@gantry/api/status-error';
import type { TunnelStreamOptions } from '@gantry/kit/tunnel/tunnel-request';
import type { Upgrade } from '../../server/connect.ts';
import type { ClientListener, ClientSession } from '../client-session.ts';
import { readSize } from '../websocket-client.ts';
import { HeaderCodec } from './header-codec.ts';
import {
  NO_HEADERS,
  encodeData,
  encodeGoaway,
  encodePing,
  encodeSynReply,
  readHeaders,
  takeFrames,
  type SpdyFrame,
} from './spdy-frame.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const STREAMS_TIMEOUT_MS = 30_000;
const STDIN_WAITING_BYTES_MAX = 1024 * 1024;
/** A data frame's length has 24 bits; smaller pieces keep other streams moving. */
const DATA_BYTES_MAX = 64 * 1024;

type StreamType = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize';

/** Completes the upgrade and waits for the streams that the options ask for. @throws StatusError 400. */
export async function acceptSpdyClient(
  { request, socket, head }: Upgrade,
  options: TunnelStreamOptions,
): Promise<ClientSession> {
  const offered = String(request.headers['x-stream-protocol-version'] ?? '');
  if (!offered.split(',').some((name) => name.trim() === PROTOCOL)) {
    throw badRequest(`X-Stream-Protocol-Version must offer ${PROTOCOL}`);
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${PROTOCOL}\r\n\r\n`,
  );
  const client = new SpdyClient(socket, wantedStreams(options));
  if (head.length > 0) client.receive(head);
  await client.ready();
  return client;
}

function wantedStreams(options: TunnelStreamOptions): StreamType[] {
  return [
    'error',
    ...(options.stdin ? ['stdin' as const] : []),
    ...(options.stdout ? ['stdout' as const] : []),
    ...(options.stderr ? ['stderr' as const] : []),
    ...(options.tty ? ['resize' as const] : []),
  ];
}

class SpdyClient implements ClientSession {
  readonly #socket: Duplex;
  readonly #codec = new HeaderCodec();
  readonly #wanted: readonly StreamType[];
  readonly #ids = new Map<StreamType, number>();
  readonly #types = new Map<number, StreamType>();
  #listener: ClientListener | undefined;
  #early: SpdyFrame[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();
  #complete: () => void = () => undefined;
  #waitingBytes = 0;

  constructor(socket: Duplex, wanted: readonly StreamType[]) {
    this.#socket = socket;
    this.#wanted = wanted;
    socket.on('data', (bytes: Buffer) => {
      this.receive(bytes);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#codec.close();
      this.#listener?.onGone();
    });
  }

  /** Resolves once all streams are open; ends the connection when they do not come. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#socket.destroy();
        reject(badRequest('the client did not open its streams in time'));
      }, STREAMS_TIMEOUT_MS);
      this.#complete = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#ids.size === this.#wanted.length) this.#complete();
    });
  }

  listen(listener: ClientListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) this.#deliver(frame, listener);
    if (this.#socket.destroyed) listener.onGone();
  }

  write(channel: 'stdout' | 'stderr', data: Buffer, consumed: () => void): void {
    const id = this.#ids.get(channel);
    if (id === undefined || !this.#socket.writable) {
      consumed();
      return;
    }
    for (let at = 0; at < data.length; at += DATA_BYTES_MAX) {
      const last = at + DATA_BYTES_MAX >= data.length;
      const frame = encodeData(id, data.subarray(at, at + DATA_BYTES_MAX), false);
      this.#socket.write(frame, () => {
        if (last) consumed();
      });
    }
  }

  finish(status: Status): void {
    const error = this.#ids.get('error');
    // v4 says success by closing the error stream without a word.
    if (error !== undefined && status.status !== 'Success') {
      this.#socket.write(encodeData(error, Buffer.from(JSON.stringify(status)), false));
    }
    for (const id of this.#types.keys()) this.#socket.write(encodeData(id, Buffer.alloc(0), true));
    this.#socket.end(encodeGoaway(Math.max(0, ...this.#types.keys())));
  }

  /** Takes in bytes; frames are handled one after the other, since headers are compressed in order. */
  receive(bytes: Buffer): void {
    try {
      const { frames, rest } = takeFrames(Buffer.concat([this.#rest, bytes]));
      this.#rest = rest;
      for (const frame of frames) this.#enqueue(frame);
    } catch {
      this.#socket.destroy();
    }
  }

  #enqueue(frame: SpdyFrame): void {
    this.#work = this.#work
      .then(() => this.#handle(frame))
      .catch(() => {
        this.#socket.destroy();
      });
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.#open(frame.stream, frame.headerBlock);
      case 'ping':
        this.#socket.write(encodePing(frame.id));
        return;
      case 'goaway':
        this.#socket.end();
        return;
      case 'data':
        if (this.#listener === undefined) this.#early.push(frame);
        else this.#deliver(frame, this.#listener);
        return;
      case 'rst-stream':
      case 'other':
        return;
    }
  }

  async #open(id: number, headerBlock: Buffer): Promise<void> {
    const type = readHeaders(await this.#codec.inflate(headerBlock)).get('streamtype') as
      StreamType | undefined;
    if (type === undefined || !this.#wanted.includes(type)) return;
    this.#ids.set(type, id);
    this.#types.set(id, type);
    this.#socket.write(encodeSynReply(id, await this.#codec.deflate(NO_HEADERS)));
    if (this.#ids.size === this.#wanted.length) this.#complete();
  }

  #deliver(frame: SpdyFrame, listener: ClientListener): void {
    if (frame.type !== 'data') return;
    const type = this.#types.get(frame.stream);
    if (type === 'stdin') this.#deliverStdin(frame.data, frame.fin, listener);
    else if (type === 'resize' && frame.data.length > 0) readSize(frame.data, listener);
  }

  #deliverStdin(data: Buffer, fin: boolean, listener: ClientListener): void {
    if (data.length > 0) {
      this.#waitingBytes += data.length;
      if (this.#waitingBytes > STDIN_WAITING_BYTES_MAX) this.#socket.pause();
      listener.onStdin(data, () => {
        this.#waitingBytes -= data.length;
        if (this.#waitingBytes <= STDIN_WAITING_BYTES_MAX) this.#socket.resume();
      });
    }
    if (fin) listener.onStdinEnd();
  }
}
