import { constants, deflateSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { encodeFrame } from './spdy-frame.ts';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';
import {
  SpdyConnection,
  WAITING_BYTES_MAX,
  type SpdyStream,
  type SpdyStreamListener,
} from './spdy-connection.ts';
import { connectPeer, type TestPeer } from './test-peer.ts';

interface Served {
  peer: TestPeer;
  closed: () => boolean;
}

/** Serves streams by `accept`, four at once. */
async function serve(
  t: ExecutionContext,
  accept: (stream: SpdyStream) => SpdyStreamListener | undefined,
): Promise<Served> {
  let isClosed = false;
  const peer = await connectPeer(t, (socket) => {
    const onClose = (): void => void (isClosed = true);
    void new SpdyConnection(socket, { streamsMax: 4, accept, onClose }).run(Buffer.alloc(0));
  });
  return { peer, closed: () => isClosed };
}

const quiet: SpdyStreamListener = {
  onOpen: () => undefined,
  onData: (_data, consumed) => {
    consumed();
  },
  onEnd: () => undefined,
  onReset: () => undefined,
};

/** Says everything back, and ends when the client has. */
const echo = (stream: SpdyStream): SpdyStreamListener => ({
  ...quiet,
  onData: (data, consumed) => {
    stream.write(data, consumed);
  },
  onEnd: () => {
    stream.end();
  },
});

test('streams are opened, carry both ways, and end by halves', async (t) => {
  const { peer, closed } = await serve(t, echo);
  const ids = [await peer.open({ a: '1' }), await peer.open({ A: '2' })];
  for (const id of ids) peer.data(id, `hello ${id}`);
  await peer.until('the echo', () => ids.every((id) => peer.heard(id).text === `hello ${id}`));
  t.is(peer.frames.filter(({ type }) => type === 'syn-reply').length, 2);
  t.false(peer.heard(1).ended);
  peer.data(1, '!', true);
  await peer.until('the end', () => peer.heard(1).ended);
  t.is(peer.heard(1).text, 'hello 1!');
  t.false(peer.heard(3).ended);
  peer.send({ type: 'ping', id: 77 });
  await peer.until('the pong', () => peer.frames.some((frame) => frame.type === 'ping' && frame.id === 77));
  peer.send({ type: 'goaway', lastStream: 0 });
  peer.data(3, '', true);
  await peer.closed();
  await peer.until('its end', closed);
  t.pass();
});

test('streams that are not wanted are refused; those of a connection that is lost are told', async (t) => {
  let lost = 0;
  const { peer } = await serve(t, ({ headers }) =>
    headers.has('good') ? { ...quiet, onReset: () => void (lost += 1) } : undefined,
  );
  await peer.open({ bad: '' });
  for (let count = 0; count < 5; count += 1) await peer.open({ good: '' });
  const replies = (type: string): number => peer.frames.filter((frame) => frame.type === type).length;
  await peer.until('answers', () => replies('syn-reply') === 4 && replies('rst-stream') === 2);
  peer.send({ type: 'rst-stream', stream: 3, status: 5 });
  peer.send({ type: 'rst-stream', stream: 3, status: 5 });
  await peer.open({ good: '' });
  await peer.until('room again', () => replies('syn-reply') === 5);
  t.is(lost, 1);
  peer.socket.destroy();
  await peer.until('the loss', () => lost === 5);
});

const wrongs: Record<string, (peer: TestPeer) => Promise<void> | void> = {
  'an even stream': (peer) => {
    peer.send({ type: 'syn-stream', stream: 2, fin: false, headerBlock: Buffer.alloc(0) });
  },
  'a stream a second time': async (peer) => {
    await peer.open({});
    peer.send({ type: 'syn-stream', stream: 1, fin: false, headerBlock: Buffer.alloc(0) });
  },
  'data after the end': async (peer) => {
    const id = await peer.open({}, true);
    peer.data(id, 'more');
  },
  'headers that are no zlib data': (peer) => {
    peer.send({ type: 'syn-stream', stream: 1, fin: false, headerBlock: Buffer.from('nonsense') });
  },
  'a header bomb': (peer) => {
    const options = { dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH };
    const headerBlock = deflateSync(Buffer.alloc(8 << 20), options);
    peer.send({ type: 'syn-stream', stream: 1, fin: false, headerBlock });
  },
  'another protocol': (peer) => {
    peer.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(80_000));
  },
};

for (const [name, act] of Object.entries(wrongs)) {
  test(`cut off for ${name}`, async (t) => {
    const { peer, closed } = await serve(t, () => quiet);
    await act(peer);
    await peer.closed();
    await peer.until('its end', closed);
    t.pass();
  });
}

test('a client that asks and does not read is cut off', async (t) => {
  const { peer, closed } = await serve(t, () => quiet);
  peer.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 5000 }, (_, id) => encodeFrame({ type: 'ping', id })));
  for (let round = 0; round < 400 && !closed(); round += 1) {
    peer.socket.write(pings);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await peer.until('its end', closed);
  t.pass();
});

test('nothing more is read while too much waits, however small the pieces are; then all comes', async (t) => {
  const held: (() => void)[] = [];
  let bytes = 0;
  const { peer } = await serve(t, () => ({
    ...quiet,
    onData: (data, consumed) => {
      bytes += data.length;
      held.push(consumed);
    },
  }));
  const id = await peer.open({});
  const small = encodeFrame({ type: 'data', stream: id, fin: false, data: Buffer.from('abc') });
  const count = 40_000;
  peer.socket.write(Buffer.concat(Array.from({ length: count }, () => small)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  // One read of the socket may be more than the limit; not two.
  t.true(held.length < WAITING_BYTES_MAX / 256 + 2 * (65_536 / small.length), `${held.length}`);
  while (bytes < 3 * count) {
    for (const consumed of held.splice(0)) consumed();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.is(bytes, 3 * count);
});

test('whatever bytes come, the connection survives or ends', async (t) => {
  const junk = fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(junk, async (pieces) => {
      const { peer, closed } = await serve(t, echo);
      for (const piece of pieces) peer.socket.write(piece);
      peer.socket.end();
      await peer.closed();
      await peer.until('its end', closed);
    }),
    { numRuns: 60 },
  );
  t.pass();
});
