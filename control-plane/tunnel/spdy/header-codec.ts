// Header compression of one SPDY connection: one zlib stream each way, primed with the protocol's dictionary.
// Blocks must be handled in the order in which they crossed the wire.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

/** Of an inflated block. Zlib makes a thousand bytes of one, so that a small block may be a large one. */
export const HEADER_BYTES_MAX = 32 * 1024;

/** Inflates and deflates header blocks, one after the other. */
export class HeaderCodec {
  readonly #inflate = createInflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });

  /** @throws Error when the block is no zlib data; RangeError when it is over the limit. */
  inflate(block: Buffer): Promise<Buffer> {
    return pass(this.#inflate, block);
  }

  deflate(headers: Buffer): Promise<Buffer> {
    return pass(this.#deflate, headers);
  }

  /** Whatever is under way fails. */
  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}

/** All that comes out while it goes in belongs to it: each block ends with a flush. */
function pass(stream: Inflate | Deflate, data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > HEADER_BYTES_MAX) {
        reject(new RangeError(`SPDY headers of over ${HEADER_BYTES_MAX} bytes`));
        stream.destroy();
      }
    };
    stream.once('error', reject);
    stream.on('data', onData);
    stream.write(data, (error) => {
      // What came last may not have been handed out yet.
      while (stream.read() !== null);
      stream.off('data', onData);
      if (stream.destroyed) {
        reject(error ?? new Error('the SPDY connection is closed'));
        return;
      }
      stream.off('error', reject);
      resolve(Buffer.concat(chunks));
    });
  });
}
