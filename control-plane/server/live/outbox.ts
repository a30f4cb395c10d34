// Lines on their way to one client, gathered into frames: a frame costs more than a line, and a page draws no more
// often than it gets frames. What the client does not read is held back up to a limit.
import type { Clock } from '@gantry/kit/clock';
import {
  FRAME_CHARS_MAX,
  FRAME_EVERY_MS,
  FULL_CHARS,
  HURRIED_FRAME_EVERY_MS,
  HURRY_MS,
  WAITING_CHARS_MAX,
} from './live-limits.ts';

/** What is needed of a WebSocket. */
export interface FrameSocket {
  readonly bufferedAmount: number;
  send(text: string, sent: () => void): void;
}

/** Gathers lines and sends them. */
export interface Outbox {
  /** Puts a line, with its end, into the next frame. Never waits. */
  write(line: string): void;
  /** For a while frames follow each other closely: somebody waits for what has just been opened. */
  hurry(): void;
  /** Resolves when the client can take more, or the outbox is closed. */
  ready(): Promise<void>;
  /** Sends what is there and takes no more. Safe to call twice. */
  close(): void;
}

/** `overflow` is called once when the client has let too much wait. */
export function createOutbox(socket: FrameSocket, clock: Clock, overflow: () => void): Outbox {
  let lines: string[] = [];
  let chars = 0;
  let sentAtMs = -Infinity;
  let hurriedUntilMs = -Infinity;
  let planned: (() => void) | undefined;
  let closed = false;
  let waiting: (() => void)[] = [];
  const isFull = (): boolean => !closed && socket.bufferedAmount + chars > FULL_CHARS;
  const wake = (): void => {
    if (isFull()) return;
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  const flush = (): void => {
    planned?.();
    planned = undefined;
    if (lines.length === 0) return;
    sentAtMs = clock.nowMs();
    const frame = lines.join('');
    lines = [];
    chars = 0;
    socket.send(frame, wake);
  };
  const plan = (): void => {
    const nowMs = clock.nowMs();
    const everyMs = nowMs < hurriedUntilMs ? HURRIED_FRAME_EVERY_MS : FRAME_EVERY_MS;
    planned = clock.schedule(Math.max(0, sentAtMs + everyMs - nowMs), flush);
  };
  const close = (): void => {
    if (closed) return;
    flush();
    closed = true;
    wake();
  };
  return {
    write(line) {
      if (closed) return;
      lines.push(line);
      chars += line.length;
      if (socket.bufferedAmount + chars > WAITING_CHARS_MAX) {
        lines = [];
        chars = 0;
        close();
        overflow();
      } else if (chars >= FRAME_CHARS_MAX) flush();
      // Not this very moment: a watch writes its first state in one go.
      else if (planned === undefined) plan();
    },
    hurry() {
      hurriedUntilMs = clock.nowMs() + HURRY_MS;
      if (planned === undefined) return;
      planned();
      plan();
    },
    ready: () => (isFull() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    close,
  };
}
