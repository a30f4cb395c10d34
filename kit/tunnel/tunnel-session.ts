// Many streams over one message socket. The control plane opens streams, the agent accepts them.
import { OperationalError, messageOf } from '../operational-error.ts';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { TunnelStream } from './tunnel-stream.ts';

/** Streams at once in one tunnel; a bulkhead per node. */
export const STREAMS_MAX = 512;

/** Something that carries whole messages. */
export interface MessageSocket {
  send(message: Buffer): void;
  /** Ends the connection; the session hears of it through {@link TunnelSession.break}. */
  close(reason: string): void;
}

/** Decides what to do with a stream that the other side opens. */
export type AcceptStream = (request: unknown, stream: TunnelStream) => void;

/** One side of a tunnel. */
export class TunnelSession {
  readonly #socket: MessageSocket;
  readonly #accept: AcceptStream | undefined;
  readonly #streams = new Map<number, TunnelStream>();
  #nextId = 1;
  #broken: string | undefined;

  constructor(socket: MessageSocket, accept?: AcceptStream) {
    this.#socket = socket;
    this.#accept = accept;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  /** Starts a stream with a request. @throws OperationalError `tunnel-closed`, `tunnel-busy`. */
  open(request: unknown): TunnelStream {
    if (this.#broken !== undefined) throw new OperationalError('tunnel-closed', this.#broken);
    if (this.#streams.size >= STREAMS_MAX) {
      throw new OperationalError(
        'tunnel-busy',
        `the node serves ${STREAMS_MAX} streams already; end some and try again`,
      );
    }
    const stream = this.#add(this.#nextId++);
    this.#send({ type: 'open', stream: stream.id, request });
    return stream;
  }

  /** Takes in one message. A message that cannot be read ends the tunnel: the two sides disagree. */
  receive(message: Buffer): void {
    let frame: Frame;
    try {
      frame = decodeFrame(message);
    } catch (error) {
      this.#socket.close(messageOf(error));
      return;
    }
    if (frame.type === 'open') this.#receiveOpen(frame.stream, frame.request);
    else this.#streams.get(frame.stream)?.receive(frame);
  }

  /** The connection is gone. */
  break(message: string): void {
    this.#broken ??= message;
    for (const stream of [...this.#streams.values()]) stream.break(message);
  }

  #receiveOpen(id: number, request: unknown): void {
    if (this.#accept === undefined || this.#streams.has(id)) {
      this.#socket.close('unexpected stream');
      return;
    }
    const stream = this.#add(id);
    if (this.#streams.size > STREAMS_MAX) {
      stream.finish({ ok: false, code: 'tunnel-busy', message: 'too many streams on this node' });
      return;
    }
    this.#accept(request, stream);
  }

  #add(id: number): TunnelStream {
    const stream = new TunnelStream(
      id,
      (frame) => {
        this.#send(frame);
      },
      () => this.#streams.delete(id),
    );
    this.#streams.set(id, stream);
    return stream;
  }

  #send(frame: Frame): void {
    if (this.#broken === undefined) this.#socket.send(encodeFrame(frame));
  }
}
