// The named pipe for real: whatever comes in while a look is waited for is there at that look, however it came.
import { closeSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { sleep, systemClock, type Clock } from '@gantry/kit/clock';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { openPipe, readPipe } from './log-pipe.ts';

const LINES = 500;

/** A pipe that is read: where to write, and what has been read. */
async function openRead(t: ExecutionContext, clock: Clock): Promise<{ fd: number; lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-pipe-'));
  const path = join(folder, 'traffic.pipe');
  const fd = await openPipe(path);
  const end = new AbortController();
  const lines: string[] = [];
  const reading = readPipe({ path, clock }, (line) => lines.push(line), end.signal);
  t.teardown(async () => {
    end.abort(new Error('stop'));
    await reading;
    closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  });
  return { fd, lines };
}

/** @returns after which rest it came, in milliseconds. */
async function nextLook(clock: VirtualClock): Promise<number> {
  while (clock.pending === 0) await sleep(systemClock, 5);
  const beforeMs = clock.nowMs();
  clock.step();
  await new Promise(setImmediate);
  return clock.nowMs() - beforeMs;
}

test('lines that come one by one are all there two looks later', async (t) => {
  const clock = new VirtualClock();
  const { fd, lines } = await openRead(t, clock);
  for (let at = 0; at < LINES; at++) {
    writeSync(fd, `line ${at}\n`);
    // Each may be read by itself.
    await new Promise(setImmediate);
  }
  for (let look = 0; look < 2; look++) await nextLook(clock);
  t.deepEqual(
    lines,
    Array.from({ length: LINES }, (_, at) => `line ${at}`),
  );
});

test('a line that is too long is cut, and the next one is whole', async (t) => {
  const { fd, lines } = await openRead(t, systemClock);
  writeSync(fd, `${'x'.repeat(2_000)}\nshort\n`);
  while (!lines.includes('short')) await sleep(systemClock, 5);
  t.is(lines.length, 2);
});

test('a pipe that fills up is looked at more often until it is calm', async (t) => {
  const clock = new VirtualClock();
  const { fd, lines } = await openRead(t, clock);
  const many = 'a line\n'.repeat(2_000);
  const rests: number[] = [];
  for (const text of [many, many, 'calm\n', 'calm\n']) {
    writeSync(fd, text);
    rests.push(await nextLook(clock));
  }
  t.deepEqual(rests, [100, 25, 25, 100]);
  t.is(lines.length, 4_002);
});
