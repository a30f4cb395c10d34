// Notices a tunnel whose other end has fallen silent, which TCP alone may take a quarter of an hour to do.
import type { Clock } from '../clock.ts';

/** Both ends ping; silence for two rounds ends the connection. */
export const PING_INTERVAL_MS = 15_000;

/** What is needed of a WebSocket. */
export interface PingableSocket {
  readonly readyState: number;
  readonly OPEN: number;
  ping(): void;
  terminate(): void;
  on(event: 'pong', listener: () => void): unknown;
}

/** Pings while the connection is open; ends it when the last ping was not answered. @returns stop. */
export function keepAlive(socket: PingableSocket, clock: Clock): () => void {
  let answered = true;
  let cancel: () => void = () => undefined;
  const round = (): void => {
    if (!answered) {
      socket.terminate();
      return;
    }
    if (socket.readyState === socket.OPEN) {
      answered = false;
      socket.ping();
    }
    cancel = clock.schedule(PING_INTERVAL_MS, round);
  };
  socket.on('pong', () => {
    answered = true;
  });
  cancel = clock.schedule(PING_INTERVAL_MS, round);
  return () => {
    cancel();
  };
}
