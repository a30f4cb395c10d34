import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import type { DurableFolder } from '../machine.ts';
import { createDurableFolder } from './durable-folder.ts';

const TESTED = fileURLToPath(import.meta.url.replace('.test.', '.'));

async function open(t: ExecutionContext): Promise<{ path: string; folder: () => DurableFolder }> {
  const base = await mkdtemp(join(tmpdir(), 'gantry-checkpoint-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  const path = join(base, 'pods');
  return { path, folder: () => createDurableFolder({ clock: systemClock, logger: silentLogger }, path) };
}

test('only the owner may read', async (t) => {
  const { path, folder } = await open(t);
  const values = folder();
  await values.load();
  values.put('secret', 'x');
  await values.flush();
  t.is((await stat(join(path, 'secret.json'))).mode & 0o777, 0o600);
  t.is((await stat(path)).mode & 0o777, 0o700);
});

test('a value that is on disk already is not written again', async (t) => {
  const { path, folder } = await open(t);
  const values = folder();
  await values.load();
  values.put('a', { n: 1 });
  await values.flush();
  const before = await stat(join(path, 'a.json'));
  values.put('a', { n: 1 });
  await values.flush();
  t.is((await stat(join(path, 'a.json'))).ino, before.ino);
});

test('writes that were cut off are forgotten, and what cannot be read is set aside', async (t) => {
  const { path, folder } = await open(t);
  const values = folder();
  await values.load();
  values.put('whole', 1);
  await values.flush();
  await writeFile(join(path, 'whole.json.tmp'), '{"hal');
  await writeFile(join(path, 'broken.json'), '{"hal');
  t.deepEqual([...(await folder().load())], [['whole', 1]]);
  t.deepEqual((await readdir(path)).toSorted(), ['broken.json.unreadable', 'whole.json']);
});

test('a folder that cannot be written is tried again', async (t) => {
  const { path, folder } = await open(t);
  const values = folder();
  await values.load();
  await rm(path, { recursive: true });
  values.put('a', 1);
  await values.flush();
  await folder().load();
  await values.flush();
  t.deepEqual([...(await folder().load())], [['a', 1]]);
});

test('a writer that is killed at any moment leaves whole values only', async (t) => {
  const { path, folder } = await open(t);
  const script = `
    import { createDurableFolder } from ${JSON.stringify(TESTED)};
    import { systemClock } from '@gantry/kit/clock';
    import { silentLogger } from '@gantry/kit/logger';
    const values = createDurableFolder({ clock: systemClock, logger: silentLogger }, ${JSON.stringify(path)});
    await values.load();
    console.log('ready');
    for (let n = 0; ; n += 1) {
      values.put('big', { n, text: String(n).repeat(50_000) });
      values.put('small', { n });
      await values.flush();
    }`;
  for (const delayMs of [3, 11, 29, 53]) {
    const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill('SIGKILL');
    await ended;
    for (const [name, value] of await folder().load()) {
      const { n, text } = value as { n: number; text?: string };
      if (name === 'big') t.is(text, String(n).repeat(50_000));
    }
    t.false((await readdir(path)).some((name) => name.endsWith('.unreadable')));
  }
  t.true((await readFile(join(path, 'small.json'), 'utf8')).length > 0);
});
