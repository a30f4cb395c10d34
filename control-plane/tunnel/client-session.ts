// The client's side of exec and attach, whatever it speaks (WebSocket channels or SPDY).
import type { Status } from '@gantry/api/status-error';

/** What a client sends. */
export interface ClientListener {
  /** `consumed` lets the client send more. */
  onStdin(data: Buffer, consumed: () => void): void;
  onStdinEnd(): void;
  onResize(size: { width: number; height: number }): void;
  /** The client is gone. */
  onGone(): void;
}

/** A client that is connected to a container. */
export interface ClientSession {
  /** Starts delivery; nothing is lost before. */
  listen(listener: ClientListener): void;
  /** `consumed` is called once the client's socket has taken the data. */
  write(channel: 'stdout' | 'stderr', data: Buffer, consumed: () => void): void;
  /** Tells the outcome and closes. */
  finish(status: Status): void;
}
