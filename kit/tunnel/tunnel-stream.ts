// One stream of a tunnel: data both ways under flow control, so that a slow reader holds back its own sender and
// nobody else, and a result at the end.
import { OperationalError } from '../operational-error.ts';
import { FRAME_DATA_BYTES_MAX, type Channel, type Frame, type TunnelResult } from './frame.ts';

/** How many bytes may be under way unconsumed, per stream and direction. */
export const WINDOW_BYTES = 256 * 1024;

/** What the owner of a stream wants to hear. */
export interface StreamListener {
  /** Call `consumed` once the data has been taken in: that lets the sender send more. */
  onData?(channel: Channel, data: Buffer, consumed: () => void): void;
  onEnd?(channel: Channel): void;
  onResize?(size: { width: number; height: number }): void;
  /** The other side has ended the stream (control plane's side), or the tunnel broke. */
  onResult?(result: TunnelResult): void;
  /** Nobody waits any more (agent's side), or the tunnel broke. */
  onCancel?(): void;
}

/** A stream as either side sees it. */
export class TunnelStream {
  readonly id: number;
  #listener: StreamListener | undefined;
  /** What came before there was a listener; bounded by the window. */
  #early: ((listener: StreamListener) => void)[] = [];
  #credit = WINDOW_BYTES;
  #closed = false;
  #waiting: (() => void)[] = [];
  /** Writes and ends whose turn has not passed. */
  #queued = 0;
  #last: Promise<void> = Promise.resolve();
  readonly #send: (frame: Frame) => void;
  readonly #forget: () => void;

  constructor(id: number, send: (frame: Frame) => void, forget: () => void) {
    this.id = id;
    this.#send = send;
    this.#forget = forget;
  }

  /** Whoever listens late still hears everything: a quick command may end before its client is ready. */
  set listener(listener: StreamListener) {
    this.#listener = listener;
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends data in the order of the calls, waiting for the reader where it is behind.
   *
   * @throws OperationalError `tunnel-closed`.
   */
  write(channel: Channel, data: Buffer): Promise<void> {
    return this.#inTurn(() => this.#sendData(channel, data));
  }

  /** No more data on the channel; told after all that was written before. */
  end(channel: Channel): void {
    this.#inTurn(async () => {
      if (!this.#closed) this.#send({ type: 'end', stream: this.id, channel });
    }).catch(() => undefined);
  }

  /** Data that waits for credit must be overtaken neither by later data nor by the end. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#queued === 0 ? act() : this.#last.then(act);
    this.#queued += 1;
    const done = (): void => void (this.#queued -= 1);
    this.#last = turn.then(done, done);
    return turn;
  }

  async #sendData(channel: Channel, data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; at += FRAME_DATA_BYTES_MAX) {
      const piece = data.subarray(at, at + FRAME_DATA_BYTES_MAX);
      while (this.#credit <= 0 && !this.#closed)
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (this.#closed) throw new OperationalError('tunnel-closed', 'the stream has ended');
      this.#credit -= piece.length;
      this.#send({ type: 'data', stream: this.id, channel, data: piece });
    }
  }

  resize(size: { width: number; height: number }): void {
    if (!this.#closed) this.#send({ type: 'resize', stream: this.id, ...size });
  }

  /** Ends the stream with its outcome (agent's side). */
  finish(result: TunnelResult): void {
    if (this.#closed) return;
    this.#send({ type: 'result', stream: this.id, result });
    this.#close();
  }

  /** Gives the stream up (control plane's side). */
  cancel(): void {
    if (this.#closed) return;
    this.#send({ type: 'cancel', stream: this.id });
    this.#close();
  }

  /** Takes in a frame from the other side. */
  receive(frame: Frame): void {
    if (this.#closed) return;
    switch (frame.type) {
      case 'data':
        this.#receiveData(frame.channel, frame.data);
        return;
      case 'end':
        this.#tell((listener) => listener.onEnd?.(frame.channel));
        return;
      case 'resize':
        this.#tell((listener) => listener.onResize?.({ width: frame.width, height: frame.height }));
        return;
      case 'credit':
        this.#credit += frame.bytes;
        this.#wake();
        return;
      case 'result':
        this.#close();
        this.#tell((listener) => listener.onResult?.(frame.result));
        return;
      case 'cancel':
        this.#close();
        this.#tell((listener) => listener.onCancel?.());
        return;
      case 'open':
        return;
    }
  }

  /** The tunnel broke: whoever waits on this stream learns it. */
  break(message: string): void {
    if (this.#closed) return;
    this.#close();
    this.#tell((listener) => {
      listener.onResult?.({ ok: false, code: 'tunnel-closed', message });
      listener.onCancel?.();
    });
  }

  #tell(event: (listener: StreamListener) => void): void {
    if (this.#listener === undefined) this.#early.push(event);
    else event(this.#listener);
  }

  #receiveData(channel: Channel, data: Buffer): void {
    let open = true;
    const consumed = (): void => {
      if (!open || this.#closed) return;
      open = false;
      this.#send({ type: 'credit', stream: this.id, bytes: data.length });
    };
    this.#tell((listener) => {
      if (listener.onData === undefined) consumed();
      else listener.onData(channel, data, consumed);
    });
  }

  #close(): void {
    this.#closed = true;
    this.#forget();
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
