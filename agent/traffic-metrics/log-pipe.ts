// The named pipe that HAProxy's lines come through: its standard output. Thin: whole lines out, however they arrive; what
// is too long is dropped. HAProxy never waits for it: a line that finds the pipe full is lost.
import { closeSync, constants, openSync } from 'node:fs';
import { once } from 'node:events';
import { Socket, type SocketConstructorOpts } from 'node:net';
import type { ReadableOptions } from 'node:stream';
import { sleep, type Clock } from '@gantry/kit/clock';
import { programRunner } from '@gantry/kit/system-program';
import { untilAborted } from '@gantry/kit/until-aborted';
import { LOG_LINE_BYTES_MAX } from './read-log-line.ts';

/** Beside the configuration. */
export const TRAFFIC_PIPE = 'traffic.pipe';

const runProgram = programRunner();
/**
 * Lines that come one by one would wake the agent for each, and each look costs it more than the lines that it finds. The
 * pipe holds some 1,500 of them (64 kB).
 */
const GATHER_MS = 100;
/** Where lines come in thousands a second: the pipe has room for ten times as many until the next look. */
const GATHER_BUSY_MS = 25;
const BUSY_BYTES = 8_192;

/**
 * Opens a named pipe for both directions, and makes it where there is none: so neither side waits for the other, and
 * whoever writes is not ended when nobody reads.
 *
 * @returns its descriptor, which the caller closes. @throws when there is something else of that name.
 */
export async function openPipe(path: string): Promise<number> {
  const open = (): number => openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    return open();
  } catch {
    // Another may be quicker.
    await runProgram(['mkfifo', '-m', '600', path]).catch(() => undefined);
    return open();
  }
}

/** Nothing is read ahead of what is taken: lines gather in the pipe, and one read finds them all. */
function optionsOf(fd: number): SocketConstructorOpts & ReadableOptions {
  return { fd, readable: true, writable: false, highWaterMark: 1 };
}

/**
 * Reads until the signal is aborted.
 *
 * @throws when the pipe cannot be opened or read.
 */
export async function readPipe(
  { path, clock }: { path: string; clock: Clock },
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const fd = await openPipe(path);
  let socket: Socket;
  try {
    socket = new Socket(optionsOf(fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let rest = '';
  let gatherMs = GATHER_MS;
  const take = (chunk: string): void => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LOG_LINE_BYTES_MAX) rest = rest.slice(0, LOG_LINE_BYTES_MAX + 1);
    for (const line of lines) onLine(line);
  };
  socket.setEncoding('latin1');
  socket.on('readable', () => {
    sleep(clock, gatherMs, signal).then(
      () => {
        const chunk: unknown = socket.read();
        if (typeof chunk !== 'string') return;
        gatherMs = chunk.length < BUSY_BYTES ? GATHER_MS : GATHER_BUSY_MS;
        take(chunk);
      },
      () => undefined,
    );
  });
  try {
    // Rejects with its error; that it closes by itself is none of its ways.
    await untilAborted(once(socket, 'close'), signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    socket.destroy();
  }
}
