// Hands a hollow container's log to a reader, as fast as the reader takes it.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { LogOptions } from '../runtime.ts';
import type { HollowLog, LogEntry } from './hollow-log.ts';

/** Writes to `out` and `err`, which may be one and the same, and ends both. Never rejects. */
export async function readLog(
  log: HollowLog,
  outputs: { out: Writable; err: Writable },
  options: LogOptions,
): Promise<void> {
  const reader = createReader(outputs, options);
  // Listening comes before the look at what is there: nothing falls between the two.
  const news = options.follow && !log.isClosed ? newsOf(log, options.signal, outputs.out) : undefined;
  for (const entry of wanted(log.entries, options)) await reader.take(entry);
  for (let entry = await news?.next(); entry !== undefined; entry = await news?.next()) {
    await reader.take(entry);
  }
  news?.stop();
  outputs.out.end();
  outputs.err.end();
}

function wanted(all: readonly LogEntry[], { sinceMs = 0, tailLines }: LogOptions): LogEntry[] {
  const recent = all.filter(({ atMs }) => atMs >= sinceMs);
  if (tailLines === undefined) return recent;
  return tailLines === 0 ? [] : recent.slice(-tailLines);
}

function createReader({ out, err }: { out: Writable; err: Writable }, options: LogOptions) {
  let room = options.limitBytes ?? Infinity;
  return {
    async take({ atMs, output, text }: LogEntry): Promise<void> {
      const target = output === 'out' ? out : err;
      if (room <= 0 || options.signal.aborted || target.destroyed) return;
      const line = options.timestamps ? `${new Date(atMs).toISOString()} ${text}` : text;
      const bytes = Buffer.from(line).subarray(0, room);
      room -= bytes.length;
      if (!target.write(bytes)) await drained(target, options.signal);
    },
  };
}

/** Until there is room again, or nobody reads any more. */
async function drained(target: Writable, signal: AbortSignal): Promise<void> {
  const end = new AbortController();
  const either = { signal: AbortSignal.any([signal, end.signal]) };
  const waits = [once(target, 'drain', either), once(target, 'close', either)];
  await Promise.race(waits).catch(() => undefined);
  end.abort();
  await Promise.allSettled(waits);
}

interface News {
  /** Undefined when no more will come, or nobody wants it. */
  next(): Promise<LogEntry | undefined>;
  stop(): void;
}

/** What comes from now on, until the container ends, the signal is aborted or the reader has gone. */
function newsOf(log: HollowLog, signal: AbortSignal, reader: Writable): News {
  const waiting: LogEntry[] = [];
  let isOver = false;
  let tell: () => void = () => undefined;
  const end = (): void => {
    isOver = true;
    tell();
  };
  const unfollow = log.follow({
    onEntry(entry) {
      waiting.push(entry);
      tell();
    },
    onClose: end,
  });
  signal.addEventListener('abort', end, { once: true });
  reader.once('close', end);
  return {
    async next() {
      const isWanted = (): boolean => !signal.aborted && !reader.destroyed;
      while (waiting.length === 0 && !isOver && isWanted()) {
        await new Promise<void>((resolve) => (tell = resolve));
      }
      return isWanted() ? waiting.shift() : undefined;
    },
    stop() {
      unfollow();
      signal.removeEventListener('abort', end);
      reader.removeListener('close', end);
    },
  };
}
