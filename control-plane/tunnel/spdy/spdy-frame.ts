// SPDY/3.1 frames, as far as exec and attach of older clients need them. Pure: bytes in, frames out.

/** A frame. Header blocks are still compressed. */
export type SpdyFrame =
  | { type: 'syn-stream'; stream: number; fin: boolean; headerBlock: Buffer }
  | { type: 'data'; stream: number; fin: boolean; data: Buffer }
  | { type: 'rst-stream'; stream: number }
  | { type: 'ping'; id: number }
  | { type: 'goaway' }
  /** Settings, window updates and whatever else asks for nothing. */
  | { type: 'other' };

const HEAD_BYTES = 8;
const VERSION = 3;
const CONTROL = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goaway: 7 } as const;
const FLAG_FIN = 1;
/** Larger frames are not sent by any client of ours; a peer that announces one is cut off. */
export const FRAME_BYTES_MAX = 1024 * 1024;

/** Takes whole frames off the front of `bytes`. @throws RangeError for a frame over the limit. */
export function takeFrames(bytes: Buffer): { frames: SpdyFrame[]; rest: Buffer } {
  const frames: SpdyFrame[] = [];
  let at = 0;
  while (bytes.length - at >= HEAD_BYTES) {
    const length = bytes.readUIntBE(at + 5, 3);
    if (length > FRAME_BYTES_MAX) throw new RangeError(`a SPDY frame of ${length} bytes`);
    if (bytes.length - at < HEAD_BYTES + length) break;
    frames.push(
      readFrame(
        bytes.subarray(at, at + HEAD_BYTES),
        bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length),
      ),
    );
    at += HEAD_BYTES + length;
  }
  return { frames, rest: bytes.subarray(at) };
}

function readFrame(head: Buffer, body: Buffer): SpdyFrame {
  const first = head.readUInt32BE(0);
  const fin = ((head[4] ?? 0) & FLAG_FIN) !== 0;
  if (first < 2 ** 31) return { type: 'data', stream: first, fin, data: body };
  switch (first & 0xffff) {
    case CONTROL.synStream:
      return { type: 'syn-stream', stream: streamId(body), fin, headerBlock: body.subarray(10) };
    case CONTROL.rstStream:
      return { type: 'rst-stream', stream: streamId(body) };
    case CONTROL.ping:
      return { type: 'ping', id: body.readUInt32BE(0) };
    case CONTROL.goaway:
      return { type: 'goaway' };
    default:
      return { type: 'other' };
  }
}

function streamId(body: Buffer): number {
  return body.readUInt32BE(0) & 0x7fffffff;
}

export function encodeData(stream: number, data: Buffer, fin: boolean): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(stream, 0);
  head.writeUInt8(fin ? FLAG_FIN : 0, 4);
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

export function encodeSynReply(stream: number, headerBlock: Buffer): Buffer {
  return encodeControl(CONTROL.synReply, Buffer.concat([uint32(stream), headerBlock]));
}

export function encodePing(id: number): Buffer {
  return encodeControl(CONTROL.ping, uint32(id));
}

export function encodeGoaway(lastStream: number): Buffer {
  return encodeControl(CONTROL.goaway, Buffer.concat([uint32(lastStream), uint32(0)]));
}

function encodeControl(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(0x8000 | VERSION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

/** Reads an inflated header block. Names are lower case on the wire. */
export function readHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  const take = (): string => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.toString('utf8', at - length, at);
  };
  const count = block.readUInt32BE(0);
  at = 4;
  for (let index = 0; index < count; index++) {
    const name = take();
    headers.set(name.toLowerCase(), take());
  }
  return headers;
}

/** A header block without any header. */
export const NO_HEADERS: Buffer = uint32(0);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
