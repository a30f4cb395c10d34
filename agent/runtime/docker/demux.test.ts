import { PassThrough, Readable, Writable } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { copyOutputs, createFrameReader } from './demux.ts';

interface Said {
  stderr: boolean;
  content: Buffer;
}

function frame({ stderr, content }: Said): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stderr ? 2 : 1;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

function joined(pieces: readonly Said[], stderr: boolean): string {
  return Buffer.concat(
    pieces.filter((piece) => piece.stderr === stderr).map(({ content }) => content),
  ).toString('hex');
}

test('pieces come apart whatever the boundaries of the chunks are', (t) => {
  const said = fc.record({
    stderr: fc.boolean(),
    content: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  });
  const property = fc.property(
    fc.array(said, { maxLength: 8 }),
    fc.array(fc.nat({ max: 30 }), { maxLength: 20 }),
    (all, cuts) => {
      const whole = Buffer.concat(all.map(frame));
      const read = createFrameReader();
      const pieces: Said[] = [];
      let at = 0;
      for (const cut of [...cuts, whole.length]) {
        pieces.push(...read(whole.subarray(at, at + cut)));
        at = Math.min(whole.length, at + cut);
      }
      return joined(pieces, false) === joined(all, false) && joined(pieces, true) === joined(all, true);
    },
  );
  t.notThrows(() => {
    fc.assert(property);
  });
});

test('a slow reader holds the source back and loses nothing', async (t) => {
  const chunks = Array.from({ length: 50 }, (_, index) =>
    frame({ stderr: false, content: Buffer.alloc(1000, index) }),
  );
  let got = 0;
  let mostBuffered = 0;
  const stdout = new Writable({
    highWaterMark: 1500,
    write(chunk: Buffer, _encoding, done) {
      got += chunk.length;
      mostBuffered = Math.max(mostBuffered, stdout.writableLength);
      setImmediate(done);
    },
  });
  await copyOutputs(
    Readable.from(chunks),
    { stdout },
    { framed: true, signal: new AbortController().signal },
  );
  stdout.end();
  t.is(got + stdout.writableLength, 50_000);
  t.true(mostBuffered <= 3000);
});

test('a failure of the source is told, one that we caused is not', async (t) => {
  const broken = new PassThrough();
  const failing = copyOutputs(
    broken,
    { stdout: new PassThrough() },
    { framed: false, signal: new AbortController().signal },
  );
  broken.destroy(new Error('cut off'));
  await t.throwsAsync(failing, { message: 'cut off' });

  const abort = new AbortController();
  const endless = new PassThrough();
  const copying = copyOutputs(endless, {}, { framed: false, signal: abort.signal });
  abort.abort();
  await copying;
  t.true(endless.destroyed);
});

test('a limit counts the content of both outputs', async (t) => {
  const chunks = [
    frame({ stderr: false, content: Buffer.from('abc') }),
    frame({ stderr: true, content: Buffer.from('defg') }),
  ];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const signal = new AbortController().signal;
  await copyOutputs(Readable.from(chunks), { stdout, stderr }, { framed: true, signal, bytesMax: 5 });
  t.is(String(stdout.read()), 'abc');
  t.is(String(stderr.read()), 'de');
});
