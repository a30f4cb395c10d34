// One connection of a client that forwards ports, whatever it speaks (SPDY streams or WebSocket channels).

/** What the client's half does. */
export interface PortListener {
  /** `consumed` lets the client send more. */
  onData(data: Buffer, consumed: () => void): void;
  /** The client's half has ended; it still listens. */
  onEnd(): void;
  /** The client is gone. */
  onGone(): void;
}

/** The client's end of one connection. */
export interface PortClient {
  /** `consumed` is called once the client's socket has taken the data. */
  write(data: Buffer, consumed: () => void): void;
  /** The pod's half has ended. */
  end(): void;
  /** The connection is over. @param error why, when it did not end by itself. */
  finish(error?: string): void;
}
