// Reads a small body of a request without a promise, a listener or an error more than it takes: for answers that cost less
// than the reading would. Nothing is kept of a body that is too large.
import type { IncomingMessage } from 'node:http';

/**
 * Calls `done` once: with the body, or with undefined as soon as it is known to be larger than `bytesMax`; the rest is left
 * unread then. When the client leaves before that, `left` is called instead.
 */
export function readSmallBody(
  request: IncomingMessage,
  bytesMax: number,
  done: (body: Buffer | undefined) => void,
  left: () => void,
): void {
  let isOver = false;
  const end = (body: Buffer | undefined): void => {
    if (isOver) return;
    isOver = true;
    done(body);
  };
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return end(undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    if (isOver) return;
    length += chunk.length;
    chunks.push(chunk);
    if (length <= bytesMax) return;
    request.pause();
    end(undefined);
  });
  // Nearly always there is but one.
  request.on('end', () => end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  request.on('error', () => undefined);
  request.on('close', () => {
    if (isOver) return;
    isOver = true;
    left();
  });
}
