// SPDY/3.1 frames: bytes in, frames out, and back. Pure. Header blocks stay compressed here.

/** A frame. What a peer may send that asks for nothing of us (settings, window updates) is `other`. */
export type SpdyFrame =
  | { type: 'syn-stream'; stream: number; fin: boolean; headerBlock: Buffer }
  | { type: 'syn-reply'; stream: number; fin: boolean; headerBlock: Buffer }
  | { type: 'headers'; stream: number; fin: boolean; headerBlock: Buffer }
  | { type: 'data'; stream: number; fin: boolean; data: Buffer }
  | { type: 'rst-stream'; stream: number; status: number }
  | { type: 'ping'; id: number }
  | { type: 'goaway'; lastStream: number }
  | { type: 'other' };

/** Why a stream was reset. */
export const RST_STATUS = { refused: 3, cancel: 5 } as const;

/** Before each frame's body: kind or stream, flags, length. */
export const HEAD_BYTES = 8;
const VERSION = 3;
const CONTROL = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goaway: 7, headers: 8 } as const;
const FLAG_FIN = 1;
const STREAM_MAX = 0x7fffffff;
/** Larger frames are not sent by any client of ours; a peer that announces one is cut off. */
export const FRAME_BYTES_MAX = 1024 * 1024;
/** Of frames that are no data: what a client says of a stream takes some hundred bytes. */
export const CONTROL_BYTES_MAX = 16 * 1024;

/** Length of the body that follows this head. @throws RangeError over the limit. */
export function bodyBytesOf(head: Buffer): number {
  const length = head.readUIntBE(5, 3);
  const isControl = head.readUInt8(0) >= 0x80;
  if (length > (isControl ? CONTROL_BYTES_MAX : FRAME_BYTES_MAX)) {
    throw new RangeError(`a SPDY frame of ${length} bytes`);
  }
  return length;
}

/** Reads one frame. @throws RangeError when the body is too short for what the head announces. */
export function readFrame(head: Buffer, body: Buffer): SpdyFrame {
  const first = head.readUInt32BE(0);
  const fin = (head.readUInt8(4) & FLAG_FIN) !== 0;
  if (first <= STREAM_MAX) return { type: 'data', stream: first, fin, data: body };
  if (((first >>> 16) & 0x7fff) !== VERSION) throw new RangeError('a SPDY frame of another version');
  switch (first & 0xffff) {
    case CONTROL.synStream:
      return { type: 'syn-stream', stream: streamOf(body), fin, headerBlock: after(body, 10) };
    case CONTROL.synReply:
      return { type: 'syn-reply', stream: streamOf(body), fin, headerBlock: after(body, 4) };
    case CONTROL.headers:
      return { type: 'headers', stream: streamOf(body), fin, headerBlock: after(body, 4) };
    case CONTROL.rstStream:
      return { type: 'rst-stream', stream: streamOf(body), status: body.readUInt32BE(4) };
    case CONTROL.ping:
      return { type: 'ping', id: body.readUInt32BE(0) };
    case CONTROL.goaway:
      return { type: 'goaway', lastStream: streamOf(body) };
    default:
      return { type: 'other' };
  }
}

function streamOf(body: Buffer): number {
  return body.readUInt32BE(0) & STREAM_MAX;
}

function after(body: Buffer, at: number): Buffer {
  if (body.length < at) throw new RangeError('a SPDY frame that is cut short');
  return body.subarray(at);
}

/** Frame to bytes. */
export function encodeFrame(frame: Exclude<SpdyFrame, { type: 'other' }>): Buffer {
  switch (frame.type) {
    case 'data': {
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32BE(frame.stream, 0);
      return finish(head, frame.fin, frame.data);
    }
    case 'syn-stream': {
      // Associated with no other stream, and of no priority.
      const body = [uint32(frame.stream), uint32(0), Buffer.alloc(2), frame.headerBlock];
      return control(CONTROL.synStream, frame.fin, ...body);
    }
    case 'syn-reply':
      return control(CONTROL.synReply, frame.fin, uint32(frame.stream), frame.headerBlock);
    case 'headers':
      return control(CONTROL.headers, frame.fin, uint32(frame.stream), frame.headerBlock);
    case 'rst-stream':
      return control(CONTROL.rstStream, false, uint32(frame.stream), uint32(frame.status));
    case 'ping':
      return control(CONTROL.ping, false, uint32(frame.id));
    case 'goaway':
      return control(CONTROL.goaway, false, uint32(frame.lastStream), uint32(0));
  }
}

function control(type: number, fin: boolean, ...body: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(0x8000 | VERSION, 0);
  head.writeUInt16BE(type, 2);
  return finish(head, fin, ...body);
}

function finish(head: Buffer, fin: boolean, ...body: readonly Buffer[]): Buffer {
  head.writeUInt8(fin ? FLAG_FIN : 0, 4);
  head.writeUIntBE(
    body.reduce((sum, { length }) => sum + length, 0),
    5,
    3,
  );
  return Buffer.concat([head, ...body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
