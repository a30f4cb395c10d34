// Takes a stream of the engine apart into what a program wrote to its two outputs. A terminal has but one and no
// framing. Never runs ahead of a reader that is slow.
import type { Readable, Writable } from 'node:stream';

/** Where the two outputs go; what has no place is dropped. */
export interface Outputs {
  stdout?: Writable | undefined;
  stderr?: Writable | undefined;
}

/** Bytes before each piece: one of the output, three unused, four of the length. */
const HEADER_BYTES = 8;
const STDERR = 2;

/** One piece of output. */
export interface Piece {
  stderr: boolean;
  content: Buffer;
}

/** Cuts a framed stream into pieces, whatever the boundaries of its chunks are. A long piece may come in parts. */
export function createFrameReader(): (chunk: Buffer) => Piece[] {
  let header = Buffer.alloc(0);
  let left = 0;
  let stderr = false;
  return (chunk) => {
    const pieces: Piece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const content = chunk.subarray(at, at + left);
        pieces.push({ stderr, content });
        left -= content.length;
        at += content.length;
        continue;
      }
      const missing = HEADER_BYTES - header.length;
      header = Buffer.concat([header, chunk.subarray(at, at + missing)]);
      at += missing;
      if (header.length < HEADER_BYTES) break;
      stderr = header[0] === STDERR;
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
    return pieces;
  };
}

/** How to copy. */
export interface CopyOptions {
  /** False for a terminal. */
  framed: boolean;
  signal: AbortSignal;
  /** Stops after so many bytes of content. */
  bytesMax?: number | undefined;
}

/**
 * Copies until `source` ends, an output is closed by its reader, or the signal is aborted. Ends no output.
 *
 * @throws what `source` fails with.
 */
export async function copyOutputs(source: Readable, outputs: Outputs, options: CopyOptions): Promise<void> {
  const { signal } = options;
  const stop = (): void => {
    source.destroy();
  };
  const targets = [outputs.stdout, outputs.stderr].filter((output) => output !== undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  for (const target of targets) target.once('close', stop);
  try {
    await copy(source, outputs, options);
  } catch (error) {
    if (!signal.aborted && !targets.some((target) => target.destroyed)) throw error;
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
    for (const target of targets) target.removeListener('close', stop);
  }
}

async function copy(source: Readable, outputs: Outputs, options: CopyOptions): Promise<void> {
  const read = createFrameReader();
  let left = options.bytesMax ?? Number.POSITIVE_INFINITY;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const pieces = options.framed ? read(chunk) : [{ stderr: false, content: chunk }];
    for (const piece of pieces) {
      const content = piece.content.subarray(0, left);
      left -= content.length;
      await write(piece.stderr ? outputs.stderr : outputs.stdout, content);
      if (left <= 0) return;
    }
  }
}

/** Writes and waits until there is room for more. */
async function write(target: Writable | undefined, content: Buffer): Promise<void> {
  if (target === undefined || target.destroyed || target.writableEnded || target.write(content)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      target.removeListener('drain', done);
      target.removeListener('close', done);
      resolve();
    };
    target.once('drain', done);
    target.once('close', done);
  });
}
