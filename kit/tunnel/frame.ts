// The tunnel's wire format: one WebSocket message is one frame, `type (1 byte) | stream (4 bytes) | payload`.
// Pure. Both sides refuse what they cannot read instead of guessing.
import { OperationalError } from '../operational-error.ts';

/** Channels of a stream, numbered as exec numbers them. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2 } as const;
export type Channel = (typeof CHANNEL)[keyof typeof CHANNEL];

/** What travels. */
export type Frame =
  /** Control plane -> agent: a request that starts a stream. */
  | { type: 'open'; stream: number; request: unknown }
  | { type: 'data'; stream: number; channel: Channel; data: Buffer }
  /** No more data on this channel. */
  | { type: 'end'; stream: number; channel: Channel }
  | { type: 'resize'; stream: number; width: number; height: number }
  /** The receiver has consumed so many bytes: the sender may send as many more. */
  | { type: 'credit'; stream: number; bytes: number }
  /** Agent -> control plane: the stream has ended. */
  | { type: 'result'; stream: number; result: TunnelResult }
  /** Control plane -> agent: nobody waits any more. */
  | { type: 'cancel'; stream: number };

/** How a stream ended. */
export type TunnelResult = { ok: true; value?: unknown } | { ok: false; code: string; message: string };

const TYPES = ['open', 'data', 'end', 'resize', 'credit', 'result', 'cancel'] as const;
const HEADER_BYTES = 5;
/** Larger data is split by the sender. */
export const FRAME_DATA_BYTES_MAX = 64 * 1024;
/** A longer message is refused by both ends. */
export const MESSAGE_BYTES_MAX = 2 * FRAME_DATA_BYTES_MAX;

/** Frame to bytes. */
export function encodeFrame(frame: Frame): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(TYPES.indexOf(frame.type), 0);
  header.writeUInt32BE(frame.stream, 1);
  return Buffer.concat([header, payloadOf(frame)]);
}

function payloadOf(frame: Frame): Buffer {
  switch (frame.type) {
    case 'open':
      return Buffer.from(JSON.stringify(frame.request));
    case 'data':
      return Buffer.concat([Buffer.from([frame.channel]), frame.data]);
    case 'end':
      return Buffer.from([frame.channel]);
    case 'resize':
      return uint32s(frame.width, frame.height);
    case 'credit':
      return uint32s(frame.bytes);
    case 'result':
      return Buffer.from(JSON.stringify(frame.result));
    case 'cancel':
      return Buffer.alloc(0);
  }
}

/** Bytes to frame. @throws OperationalError `tunnel-frame-invalid`. */
export function decodeFrame(bytes: Buffer): Frame {
  const type = bytes.length >= HEADER_BYTES ? TYPES[bytes.readUInt8(0)] : undefined;
  if (type === undefined)
    throw new OperationalError('tunnel-frame-invalid', 'a tunnel frame of no known type');
  const stream = bytes.readUInt32BE(1);
  const payload = bytes.subarray(HEADER_BYTES);
  try {
    return decodePayload(type, stream, payload);
  } catch (error) {
    throw new OperationalError('tunnel-frame-invalid', `a tunnel frame "${type}" that cannot be read`, {
      cause: error,
    });
  }
}

function decodePayload(type: (typeof TYPES)[number], stream: number, payload: Buffer): Frame {
  switch (type) {
    case 'open':
      return { type, stream, request: JSON.parse(payload.toString('utf8')) };
    case 'data':
      return { type, stream, channel: channelFrom(payload), data: payload.subarray(1) };
    case 'end':
      return { type, stream, channel: channelFrom(payload) };
    case 'resize':
      return { type, stream, width: payload.readUInt32BE(0), height: payload.readUInt32BE(4) };
    case 'credit':
      return { type, stream, bytes: payload.readUInt32BE(0) };
    case 'result':
      return { type, stream, result: JSON.parse(payload.toString('utf8')) as TunnelResult };
    case 'cancel':
      return { type, stream };
  }
}

function channelFrom(payload: Buffer): Channel {
  const number = payload.readUInt8(0);
  if (number === CHANNEL.stdin || number === CHANNEL.stdout || number === CHANNEL.stderr) return number;
  throw new RangeError(`channel ${number}`);
}

function uint32s(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, 4 * index));
  return bytes;
}
