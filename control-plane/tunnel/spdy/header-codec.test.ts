import { createHash } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import test from 'ava';
import { encodeHeaders, readHeaders } from './header-block.ts';
import { HEADER_BYTES_MAX, HeaderCodec } from './header-codec.ts';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

test("the dictionary is the protocol's", (t) => {
  t.is(SPDY_DICTIONARY.length, 1423);
  t.is(
    createHash('sha256').update(SPDY_DICTIONARY).digest('hex'),
    '51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02',
  );
});

test('headers are compressed with one state per connection, large ones too', async (t) => {
  const [client, server] = [new HeaderCodec(), new HeaderCodec()];
  t.teardown(() => {
    client.close();
    server.close();
  });
  for (const value of ['error', 'x'.repeat(HEADER_BYTES_MAX - 100), 'stdin', 'stdout', '']) {
    const block = await client.deflate(encodeHeaders(new Map([['StreamType', value]])));
    t.is(readHeaders(await server.inflate(block)).get('streamtype'), value);
  }
});

test('a block that inflates without measure is cut off', async (t) => {
  const codec = new HeaderCodec();
  const options = { dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH };
  const bomb = deflateSync(Buffer.alloc(16 << 20), options);
  const before = process.memoryUsage().rss;
  await t.throwsAsync(codec.inflate(bomb), { instanceOf: RangeError });
  t.true(process.memoryUsage().rss - before < 64 << 20);
  codec.close();
});

test('what is no zlib data fails, and so does what is under way when the connection closes', async (t) => {
  const codec = new HeaderCodec();
  await t.throwsAsync(codec.inflate(Buffer.from('no such thing as this')));
  codec.close();
  const other = new HeaderCodec();
  const late = other.deflate(Buffer.from('abc'));
  other.close();
  await t.throwsAsync(late);
  await t.throwsAsync(other.inflate(Buffer.from('abc')));
});
