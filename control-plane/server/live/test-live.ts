// A client of the live connection for tests.
import WebSocket from 'ws';
import type { TestBody } from '../test-client.ts';

/** A line as it came. */
export interface LiveLine {
  id: number;
  type: string;
  object: TestBody & { code?: number; message?: string };
  /** What stands behind the id. */
  text: string;
  /** Which frame it came in. */
  frame: number;
}

/** An open connection. */
export interface TestLive {
  socket: WebSocket;
  open(id: number, path: string): void;
  close(id: number): void;
  /** The next line that is no PING; undefined when the connection has ended. */
  next(): Promise<LiveLine | undefined>;
  /** The next `count` lines as `id TYPE name`. */
  take(count: number): Promise<string[]>;
  /** Resolves to code and reason. */
  closed: Promise<[number, string]>;
}

/** Connects. */
export async function openLive(url: string, options: WebSocket.ClientOptions = {}): Promise<TestLive> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/gantry/v1/live`, options);
  const lines: LiveLine[] = [];
  let frame = 0;
  let wake = (): void => undefined;
  let ended = false;
  socket.on('message', (data) => {
    frame += 1;
    for (const text of (data as Buffer).toString().split('\n').filter(Boolean))
      lines.push(lineOf(text, frame));
    wake();
  });
  const closed = new Promise<[number, string]>((resolve) => {
    socket.once('close', (code, reason) => {
      ended = true;
      wake();
      resolve([code, reason.toString()]);
    });
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const next = async (): Promise<LiveLine | undefined> => {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined && line.type !== 'PING') return line;
      if (line !== undefined) continue;
      if (ended) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    ...{ socket, next, closed },
    open: (id, path) => socket.send(JSON.stringify({ open: id, path })),
    close: (id) => socket.send(JSON.stringify({ close: id })),
    async take(count) {
      const seen: string[] = [];
      while (seen.length < count) {
        const line = await next();
        if (line === undefined) break;
        seen.push(`${line.id} ${line.type} ${line.object.metadata.name ?? '-'}`);
      }
      return seen;
    },
  };
}

function lineOf(text: string, frame: number): LiveLine {
  const at = text.indexOf(' ');
  const event = JSON.parse(text.slice(at + 1)) as Partial<LiveLine>;
  const object = { metadata: {}, ...event.object } as LiveLine['object'];
  return { id: Number(text.slice(0, at)), type: event.type ?? '', object, text: text.slice(at + 1), frame };
}
