// A response as the server's handlers write one: head and pieces go to a sink instead of a socket.
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/** Where a response goes. Called in this order; `cut` at any time, and then nothing more. */
export interface ResponseSink {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  piece(bytes: Uint8Array): void;
  end(): void;
  /** The server gave the connection up before the end. */
  cut(): void;
}

type HeaderValue = string | number | readonly string[];

class SimResponse extends Writable {
  statusCode = 200;
  statusMessage = '';
  headersSent = false;
  readonly #sink: ResponseSink;
  readonly #dateText: () => string;
  readonly #headers = new Map<string, HeaderValue>();

  constructor(sink: ResponseSink, dateText: () => string) {
    super();
    this.#sink = sink;
    this.#dateText = dateText;
    // Handlers hear of a connection that has gone by `close`; a cut one is no error of theirs.
    this.on('error', () => undefined);
  }

  /** As node's own: whether the end was written. */
  get finished(): boolean {
    return this.writableEnded;
  }

  setHeader(name: string, value: HeaderValue): this {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  getHeaders(): Record<string, HeaderValue> {
    return Object.fromEntries(this.#headers);
  }

  getHeaderNames(): string[] {
    return [...this.#headers.keys()];
  }

  writeHead(status: number, headers: Readonly<Record<string, HeaderValue>> = {}): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    this.flushHeaders();
    return this;
  }

  flushHeaders(): void {
    if (this.headersSent) return;
    this.headersSent = true;
    const headers: Record<string, string> = { date: this.#dateText() };
    for (const [name, value] of this.#headers)
      headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
    this.#sink.head(this.statusCode, headers);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.flushHeaders();
    this.#sink.piece(chunk);
    done();
  }

  override _final(done: (error?: Error) => void): void {
    this.flushHeaders();
    this.#sink.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.#sink.cut();
    done(error);
  }
}

/** Makes one. */
export function simResponse(sink: ResponseSink, dateText: () => string): ServerResponse {
  return new SimResponse(sink, dateText) as unknown as ServerResponse;
}
