// Header compression of one SPDY connection: one zlib stream each way, primed with the protocol's dictionary.
// Blocks must be handled in the order in which they crossed the wire.
import { constants, createDeflate, createInflate } from 'node:zlib';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

/** Inflates and deflates header blocks, one after the other. */
export class HeaderCodec {
  readonly #inflate = createInflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });

  /** @throws Error when the block is no zlib data. */
  inflate(block: Buffer): Promise<Buffer> {
    return pass(this.#inflate, block);
  }

  deflate(headers: Buffer): Promise<Buffer> {
    return pass(this.#deflate, headers);
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}

function pass(stream: NodeJS.ReadWriteStream, data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(data, () => {
      stream.removeListener('error', reject);
      const chunks: Buffer[] = [];
      for (
        let chunk = stream.read() as Buffer | null;
        chunk !== null;
        chunk = stream.read() as Buffer | null
      ) {
        chunks.push(chunk);
      }
      resolve(Buffer.concat(chunks));
    });
  });
}
