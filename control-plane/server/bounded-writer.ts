// Writes lines to a client that may read slowly or not at all: what it has not taken is held back up to a limit,
// then the connection is cut. The client comes back and goes on where it was.
import type { ServerResponse } from 'node:http';

/** Writes lines to one client. */
export interface BoundedWriter {
  /** Sends a line or holds it back. Never waits. */
  write(line: string): void;
  /** Resolves when the client can take more, or is gone. */
  ready(): Promise<void>;
  /** True once the client has been cut off or has left. */
  readonly closed: boolean;
  /** Calls `listener` once when the client is gone. @returns what takes that back. */
  onceClosed(listener: () => void): () => void;
  /** Cuts the client off. */
  cut(): void;
}

/** `overflow` is called once, when the client is cut off. */
export function boundedWriter(
  response: ServerResponse,
  bytesMax: number,
  overflow: () => void,
): BoundedWriter {
  let closed = false;
  let wake: (() => void) | undefined;
  const awake = (): void => {
    wake?.();
    wake = undefined;
  };
  response.on('drain', awake);
  response.once('close', () => {
    closed = true;
    awake();
  });
  return {
    get closed() {
      return closed;
    },
    write(line) {
      if (closed) return;
      response.write(line);
      if (response.writableLength <= bytesMax) return;
      closed = true;
      overflow();
      response.destroy();
    },
    ready() {
      if (closed || !response.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    onceClosed(listener) {
      response.once('close', listener);
      return () => response.off('close', listener);
    },
    cut() {
      response.destroy();
    },
  };
}
