// Takes frames off a stream of bytes, however it is cut. Each byte is copied at most twice, so that a sender of very
// small pieces costs no more than their number.
import { bodyBytesOf, HEAD_BYTES, readFrame, type SpdyFrame } from './spdy-frame.ts';

/** What has come and makes no whole frame yet; never more than one frame. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** What has to be there before another look is worth while. */
  #wanted = HEAD_BYTES;

  /** @returns the frames that are whole now. @throws RangeError for what is no frame, or one over the limit. */
  take(bytes: Buffer): SpdyFrame[] {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes < this.#wanted) {
      if (this.#pieces.length > PIECES_MAX) this.#pieces = [Buffer.concat(this.#pieces)];
      return [];
    }
    const all = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
    const frames: SpdyFrame[] = [];
    let at = 0;
    for (;;) {
      const head = all.subarray(at, at + HEAD_BYTES);
      this.#wanted = HEAD_BYTES;
      if (head.length < HEAD_BYTES) break;
      this.#wanted += bodyBytesOf(head);
      if (all.length - at < this.#wanted) break;
      frames.push(readFrame(head, all.subarray(at + HEAD_BYTES, at + this.#wanted)));
      at += this.#wanted;
    }
    const rest = all.subarray(at);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return frames;
  }
}

/** A piece takes memory of its own besides its bytes. */
const PIECES_MAX = 4096;
