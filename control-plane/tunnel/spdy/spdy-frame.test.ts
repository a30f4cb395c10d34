import test from 'ava';
import fc from 'fast-check';
import { FrameReader } from './frame-reader.ts';
import { encodeHeaders, HEADERS_MAX, readHeaders } from './header-block.ts';
import { CONTROL_BYTES_MAX, encodeFrame, FRAME_BYTES_MAX, type SpdyFrame } from './spdy-frame.ts';

type Written = Exclude<SpdyFrame, { type: 'other' }>;

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const stream = fc.integer({ min: 1, max: 0x7fffffff });
const number = fc.integer({ min: 0, max: 0xffffffff });
const block = { stream, fin: fc.boolean(), headerBlock: bytes(300) };
const frame: fc.Arbitrary<Written> = fc.oneof(
  fc.record({ type: fc.constant('syn-stream' as const), ...block }),
  fc.record({ type: fc.constant('syn-reply' as const), ...block }),
  fc.record({ type: fc.constant('headers' as const), ...block }),
  fc.record({ type: fc.constant('data' as const), stream, fin: fc.boolean(), data: bytes(300) }),
  fc.record({ type: fc.constant('rst-stream' as const), stream, status: number }),
  fc.record({ type: fc.constant('ping' as const), id: number }),
  fc.record({ type: fc.constant('goaway' as const), lastStream: stream }),
);

/** Cuts bytes at will. */
function cut(wire: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < wire.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(wire.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

test('what is written is read again, wherever the bytes are cut', (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), sizes, (frames, pieces) => {
      const reader = new FrameReader();
      const wire = Buffer.concat(frames.map(encodeFrame));
      t.deepEqual(
        cut(wire, pieces).flatMap((piece) => reader.take(piece)),
        frames,
      );
    }),
    { numRuns: 300 },
  );
});

test('whatever bytes come, they are frames or a RangeError', (t) => {
  const control = fc.tuple(fc.integer({ min: 0, max: 12 }), bytes(40)).map(([kind, body]) => {
    const head = Buffer.from([0x80, 3, 0, kind, 0, 0, 0, body.length]);
    return Buffer.concat([head, body]);
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(control, bytes(60)), { maxLength: 6 }), (pieces) => {
      const reader = new FrameReader();
      try {
        for (const piece of pieces) reader.take(piece);
      } catch (error) {
        t.true(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('headers are read again; whatever else comes is a RangeError', (t) => {
  const name = fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.toLowerCase());
  const headers = fc.uniqueArray(fc.tuple(name, fc.string({ maxLength: 40 })), {
    selector: ([key]) => key,
    maxLength: 20,
  });
  fc.assert(
    fc.property(headers, (pairs) => {
      t.deepEqual([...readHeaders(encodeHeaders(new Map(pairs)))], pairs);
    }),
  );
  fc.assert(
    fc.property(bytes(80), (garbage) => {
      try {
        readHeaders(garbage);
      } catch (error) {
        t.true(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
  const many = new Map(Array.from({ length: HEADERS_MAX + 1 }, (_, index) => [`h${index}`, '']));
  t.throws(() => readHeaders(encodeHeaders(many)), { instanceOf: RangeError });
});

test('a frame over its limit is refused by its head alone', (t) => {
  const announce = (first: number, length: number): Buffer => {
    const head = Buffer.from([first, first === 0 ? 0 : 3, 0, 1, 0, 0, 0, 0]);
    head.writeUIntBE(length, 5, 3);
    return head;
  };
  const take = (head: Buffer) => () => new FrameReader().take(head);
  t.deepEqual(take(announce(0, FRAME_BYTES_MAX))(), []);
  t.throws(take(announce(0, FRAME_BYTES_MAX + 1)), { instanceOf: RangeError });
  t.deepEqual(take(announce(0x80, CONTROL_BYTES_MAX))(), []);
  t.throws(take(announce(0x80, CONTROL_BYTES_MAX + 1)), { instanceOf: RangeError });
});

test('a large frame in single bytes takes no time worth mentioning', (t) => {
  const reader = new FrameReader();
  const wire = encodeFrame({ type: 'data', stream: 1, fin: true, data: Buffer.alloc(300_000, 7) });
  const began = performance.now();
  let frames: SpdyFrame[] = [];
  for (let at = 0; at < wire.length; at += 1) frames = reader.take(wire.subarray(at, at + 1));
  t.is(frames.length, 1);
  t.true(performance.now() - began < 3_000, `${performance.now() - began} ms`);
});
