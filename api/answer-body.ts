// Reads bodies of answers, whole or line by line, never holding more than a stated number of bytes.
import { TransportError } from './transport-error.ts';

const NEWLINE = 0x0a;

/** @throws TransportError `answer-too-large` beyond `bytesMax`. */
export async function readText(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return decode(chunks, bytes);
}

/**
 * Yields each line without its end; the last one need not end. Empty lines are left out.
 *
 * @throws TransportError `answer-too-large` when a line is longer than `lineBytesMax`.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<string, void, undefined> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = pendingBytes + end - start;
      if (bytes > lineBytesMax) throw tooLarge(lineBytesMax);
      if (bytes > 0) yield decode([...pending, chunk.subarray(start, end)], bytes);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    pendingBytes += chunk.byteLength - start;
    if (pendingBytes > lineBytesMax) throw tooLarge(lineBytesMax);
  }
  if (pendingBytes > 0) yield decode(pending, pendingBytes);
}

function decode(chunks: readonly Uint8Array[], bytes: number): string {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return new TextDecoder().decode(whole);
}

function tooLarge(bytesMax: number): TransportError {
  return new TransportError('answer-too-large', `the answer is larger than ${bytesMax} bytes`);
}
