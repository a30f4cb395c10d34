// A request that got no answer, or one that cannot be read: a failure of the world between client and server.
// What the server itself refuses is a StatusError instead.

/** What went wrong, for code to decide by. */
export type TransportErrorCode =
  /** No connection could be made: refused, no route, unknown host. */
  | 'unreachable'
  /** No answer in time. A write may or may not have happened. */
  | 'timeout'
  /** The connection broke before the answer was complete. A write may or may not have happened. */
  | 'connection-lost'
  /** The server's certificate is not signed by the expected CA, is out of date or is for another name. */
  | 'tls-untrusted'
  /** The answer is larger than the client takes. */
  | 'answer-too-large'
  /** The answer is not what the API promises. */
  | 'answer-unreadable';

/** Thrown when there is no usable answer. Serializes like kit's OperationalError. */
export class TransportError extends Error {
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'TransportError';
    this.code = code;
  }

  toJSON(): { code: string; message: string } {
    return { code: this.code, message: this.message };
  }
}
