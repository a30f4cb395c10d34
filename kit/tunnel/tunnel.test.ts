import test from 'ava';
import fc from 'fast-check';
import { CHANNEL, decodeFrame, encodeFrame, type Frame, type TunnelResult } from './frame.ts';
import { TunnelSession, STREAMS_MAX, type AcceptStream } from './tunnel-session.ts';
import { WINDOW_BYTES } from './tunnel-stream.ts';

/** Two sessions joined in memory; every message crosses as bytes. */
function pair(accept: AcceptStream): { near: TunnelSession; far: TunnelSession; closed: string[] } {
  const closed: string[] = [];
  const close = (reason: string): void => void closed.push(reason);
  const near: TunnelSession = new TunnelSession({
    send: (bytes) =>
      void queueMicrotask(() => {
        far.receive(Buffer.from(bytes));
      }),
    close,
  });
  const far: TunnelSession = new TunnelSession(
    {
      send: (bytes) =>
        void queueMicrotask(() => {
          near.receive(Buffer.from(bytes));
        }),
      close,
    },
    accept,
  );
  return { near, far, closed };
}

test('frames survive the wire', (t) => {
  const channel = fc.constantFrom(CHANNEL.stdin, CHANNEL.stdout, CHANNEL.stderr);
  const stream = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const size = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const frame: fc.Arbitrary<Frame> = fc.oneof(
    fc.record({
      type: fc.constant('open' as const),
      stream,
      request: fc.dictionary(fc.string(), fc.string()).map((o) => ({ ...o })),
    }),
    fc.record({
      type: fc.constant('data' as const),
      stream,
      channel,
      data: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    }),
    fc.record({ type: fc.constant('end' as const), stream, channel }),
    fc.record({ type: fc.constant('resize' as const), stream, width: size, height: size }),
    fc.record({ type: fc.constant('credit' as const), stream, bytes: size }),
    fc.record({ type: fc.constant('cancel' as const), stream }),
  );
  fc.assert(
    fc.property(
      frame,
      (sent) => void t.deepEqual(JSON.stringify(decodeFrame(encodeFrame(sent))), JSON.stringify(sent)),
    ),
  );
});

test('nonsense on the wire is refused, never thrown at the caller', (t) => {
  const { far, closed } = pair(() => undefined);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4 }),
      (bytes) => void t.throws(() => decodeFrame(Buffer.from(bytes))),
    ),
  );
  far.receive(Buffer.from([9, 0, 0, 0, 1]));
  t.is(closed.length, 1);
});

test('a request is answered with data and a result', async (t) => {
  const { near } = pair((request, stream) => {
    t.deepEqual(request, { kind: 'greet' });
    void stream.write(CHANNEL.stdout, Buffer.from('hello')).then(() => {
      stream.finish({ ok: true, value: 0 });
    });
  });
  const stream = near.open({ kind: 'greet' });
  let text = '';
  const result = await new Promise<TunnelResult>((resolve) => {
    stream.listener = {
      onData: (_channel, data, consumed) => {
        text += data.toString();
        consumed();
      },
      onResult: resolve,
    };
  });
  t.is(text, 'hello');
  t.deepEqual(result, { ok: true, value: 0 });
  t.is(near.streamCount, 0);
});

test('a reader that does not consume holds its sender back at the window', async (t) => {
  let sent = 0;
  const { near } = pair((_request, stream) => {
    void (async () => {
      for (let turn = 0; turn < 40; turn++) {
        await stream.write(CHANNEL.stdout, Buffer.alloc(32 * 1024));
        sent += 32 * 1024;
      }
      stream.finish({ ok: true });
    })();
  });
  const stream = near.open({});
  const held: (() => void)[] = [];
  let done = false;
  stream.listener = { onData: (_c, _d, consumed) => void held.push(consumed), onResult: () => (done = true) };
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  t.is(sent, WINDOW_BYTES);
  t.false(done);
  while (!done) {
    for (const consumed of held.splice(0)) consumed();
    await new Promise(setImmediate);
  }
  t.is(sent, 40 * 32 * 1024);
});

test('data that waits for the reader is overtaken neither by later data nor by the end', async (t) => {
  const events: string[] = [];
  const held: (() => void)[] = [];
  const { near } = pair((_request, stream) => {
    stream.listener = {
      onData: (_channel, data, consumed) => {
        events.push(`${data[0] ?? ''}`);
        held.push(consumed);
      },
      onEnd: () => events.push('end'),
    };
  });
  const stream = near.open({});
  const sizes = [3 * WINDOW_BYTES, 10, WINDOW_BYTES, 10];
  const writes = sizes.map((size, index) => stream.write(CHANNEL.stdin, Buffer.alloc(size, index)));
  stream.end(CHANNEL.stdin);
  while (!events.includes('end')) {
    await new Promise(setImmediate);
    held.shift()?.();
  }
  await Promise.all(writes);
  t.deepEqual([...new Set(events)], ['0', '1', '2', '3', 'end']);
  t.deepEqual(
    events,
    events.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
});

test('who listens late hears what came before: data, the end and the result', async (t) => {
  const { near } = pair((_request, stream) => {
    void stream.write(CHANNEL.stdout, Buffer.from('quick'));
    stream.end(CHANNEL.stdout);
    setImmediate(() => {
      stream.finish({ ok: true, value: 0 });
    });
  });
  const stream = near.open({});
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  t.true(stream.closed);
  const heard: unknown[] = [];
  stream.listener = {
    onData: (_channel, data) => heard.push(data.toString()),
    onEnd: (channel) => heard.push(channel),
    onResult: (result) => heard.push(result),
  };
  t.deepEqual(heard, ['quick', CHANNEL.stdout, { ok: true, value: 0 }]);
});

test('a broken tunnel tells everybody who waits', async (t) => {
  let cancelled = 0;
  const { near, far } = pair((_request, stream) => {
    stream.listener = { onCancel: () => (cancelled += 1) };
  });
  const stream = near.open({});
  const outcome = new Promise<TunnelResult>((resolve) => (stream.listener = { onResult: resolve }));
  await new Promise(setImmediate);
  near.break('the node went away');
  far.break('gone');
  t.deepEqual(await outcome, { ok: false, code: 'tunnel-closed', message: 'the node went away' });
  t.is(cancelled, 1);
  t.throws(() => near.open({}), { message: 'the node went away' });
  await t.throwsAsync(stream.write(CHANNEL.stdin, Buffer.from('x')), { message: /ended/ });
});

test('streams are limited per tunnel', (t) => {
  const { near } = pair(() => undefined);
  for (let count = 0; count < STREAMS_MAX; count++) near.open({});
  t.throws(() => near.open({}), { message: /512 streams already/ });
});
