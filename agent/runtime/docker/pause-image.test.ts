import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { pauseElf } from './pause-elf.ts';
import { buildPauseImage } from './pause-image.ts';

for (const architecture of ['x64', 'arm64'] as const) {
  test(`the program for ${architecture} is a tiny static ELF`, (t) => {
    const program = pauseElf(architecture);
    t.true(program.length < 300);
    t.is(program.toString('latin1', 0, 4), '\x7fELF');
    t.is(program.readUInt16LE(18), architecture === 'x64' ? 62 : 183);
    // The entry lies in the one segment, which is as long as the file.
    t.is(program.readBigUInt64LE(24) - program.readBigUInt64LE(64 + 16), 120n);
    t.is(program.readBigUInt64LE(64 + 32), BigInt(program.length));
  });

  test(`the image for ${architecture} is the same however often it is made`, async (t) => {
    const [one, two] = await Promise.all([buildPauseImage(architecture), buildPauseImage(architecture)]);
    t.deepEqual(one, two);
    t.regex(one.name, /^gantry\/pause:[0-9a-f]{12}$/);
  });
}

test('the arm64 program is made of the instructions that it says', (t) => {
  const program = pauseElf('arm64');
  const words = Array.from({ length: 16 }, (_, index) => program.readUInt32LE(120 + index * 4).toString(16));
  t.deepEqual(words, [
    'd28010c8', // mov x8, #134
    'd28001e0', // mov x0, #15
    '100001c1', // adr x1, +56
    'd2800002', // mov x2, #0
    'd2800103', // mov x3, #8
    'd4000001', // svc #0
    'd2800000', // mov x0, #0
    'd2800001', // mov x1, #0
    'd2800002', // mov x2, #0
    'd2800003', // mov x3, #0
    'd2800928', // mov x8, #73
    'd4000001', // svc #0
    '17fffffa', // b -24
    'd2800000', // mov x0, #0
    'd2800bc8', // mov x8, #94
    'd4000001', // svc #0
  ]);
});

const runsHere = process.platform === 'linux' && process.arch === 'x64';
(runsHere ? test : test.skip)('the program waits, and ends well when told to', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-pause-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'pause');
  await writeFile(path, pauseElf('x64'), { mode: 0o755 });
  const child = spawn(path);
  t.teardown(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  child.kill('SIGCONT');
  t.is(child.exitCode, null);
  child.kill('SIGTERM');
  // Before the handler is in place TERM ends it as well, by signal.
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  t.true(code === 0 || signal === 'SIGTERM');
});
