import { createHash } from 'node:crypto';
import test from 'ava';
import { HeaderCodec } from './header-codec.ts';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';
import {
  FRAME_BYTES_MAX,
  NO_HEADERS,
  encodeData,
  encodeGoaway,
  encodePing,
  encodeSynReply,
  readHeaders,
  takeFrames,
} from './spdy-frame.ts';

test("the dictionary is the protocol's", (t) => {
  t.is(SPDY_DICTIONARY.length, 1423);
  t.is(
    createHash('sha256').update(SPDY_DICTIONARY).digest('hex'),
    '51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02',
  );
});

test('frames are taken off a stream of bytes wherever it is cut', (t) => {
  const wire = Buffer.concat([
    encodeData(1, Buffer.from('hello'), false),
    encodePing(7),
    encodeData(1, Buffer.alloc(0), true),
    encodeGoaway(1),
  ]);
  for (let cut = 0; cut <= wire.length; cut++) {
    const first = takeFrames(wire.subarray(0, cut));
    const second = takeFrames(Buffer.concat([first.rest, wire.subarray(cut)]));
    t.is(second.rest.length, 0);
    t.deepEqual(
      [...first.frames, ...second.frames].map((frame) => frame.type),
      ['data', 'ping', 'data', 'goaway'],
    );
  }
});

test('a frame over the limit ends the connection', (t) => {
  const head = Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]);
  t.true(0xffffff > FRAME_BYTES_MAX);
  t.throws(() => takeFrames(head), { instanceOf: RangeError });
});

test('headers are compressed with one state per connection', async (t) => {
  const [client, server] = [new HeaderCodec(), new HeaderCodec()];
  t.teardown(() => {
    client.close();
    server.close();
  });
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  for (const type of ['error', 'stdin', 'stdout']) {
    const block = Buffer.concat([Buffer.from([0, 0, 0, 1]), text('Streamtype'), text(type)]);
    const inflated = await server.inflate(await client.deflate(block));
    t.is(readHeaders(inflated).get('streamtype'), type);
  }
  const reply = encodeSynReply(3, await server.deflate(NO_HEADERS));
  t.is(takeFrames(reply).frames[0]?.type, 'other');
});
