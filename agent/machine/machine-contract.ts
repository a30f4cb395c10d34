// What every machine has to prove to the agent: its checkpoint outlives an agent, and files are where containers and
// the agent both find them.
import type { ExecutionContext, TestFn } from 'ava';
import { codeOf } from '@gantry/kit/operational-error';
import { messageFile, podFolder, volumeFolder, resolvConfFile } from '../volumes/pod-folders.ts';
import type { Machine } from './machine.ts';

/** One machine, as the agents see it that run on it one after the other. */
export interface MachineBench {
  /** The machine for one more agent. */
  next: () => Promise<Machine>;
  /** What a container does to a file that it has mounted. */
  write: (path: string, text: string) => Promise<void>;
  /** Undefined when there is no such file. */
  read: (path: string) => Promise<string | undefined>;
}

/** Registers the suite. */
export function testMachineContract(
  test: TestFn,
  open: (t: ExecutionContext) => Promise<MachineBench>,
): void {
  testCheckpoint(test, open);
  testFiles(test, open);
}

function testCheckpoint(test: TestFn, open: (t: ExecutionContext) => Promise<MachineBench>): void {
  test('machine: the next agent finds what the last one put into its checkpoint', async (t) => {
    const { next } = await open(t);
    const values = (await next()).checkpoint('pods');
    t.deepEqual([...(await values.load())], []);
    values.put('a', { n: 1, left: undefined });
    values.put('b', { n: 2 });
    values.put('a', { n: 3, left: undefined });
    values.remove('b');
    await values.flush();
    const found = await (await next()).checkpoint('pods').load();
    t.deepEqual([...found], [['a', { n: 3 }]]);
    t.deepEqual([...(await (await next()).checkpoint('sources').load())], []);
  });

  test('machine: what cannot be the name of a file cannot be put', async (t) => {
    const { next } = await open(t);
    const values = (await next()).checkpoint('pods');
    await values.load();
    t.throws(() => values.put('../x', 1));
    t.throws(() => values.put('', 1));
  });

  test('machine: what a dead agent had not written yet is lost', async (t) => {
    const { next } = await open(t);
    const values = (await next()).checkpoint('pods');
    await values.load();
    values.put('kept', 1);
    await values.flush();
    values.put('gathered', 2);
    t.deepEqual([...(await (await next()).checkpoint('pods').load())], [['kept', 1]]);
  });
}

function testFiles(test: TestFn, open: (t: ExecutionContext) => Promise<MachineBench>): void {
  test('machine: the folder of a pod is there with its files, and goes with all of them', async (t) => {
    const { next, read } = await open(t);
    const machine = await next();
    const { podsFolder } = machine;
    const files = volumeFolder(podsFolder, 'u1', 'files');
    const write = (text: string) =>
      machine.applyFileActions([
        { type: 'make-folder', path: files, mode: 0o755 },
        { type: 'write-files', path: files, files: [{ path: 'a/b', bytes: Buffer.from(text), mode: 0o644 }] },
      ]);
    t.deepEqual(await machine.podFolders(), []);
    await write('one');
    await write('two');
    t.is(await read(`${files}/a/b`), 'two');
    t.deepEqual(await (await next()).podFolders(), ['u1']);
    await machine.removePodFolder('u1');
    await machine.removePodFolder('u1');
    t.deepEqual(await machine.podFolders(), []);
    t.is(await read(`${files}/a/b`), undefined);
  });

  test('machine: a message file begins empty, keeps what is in it, and its end can be read', async (t) => {
    const { next, write } = await open(t);
    const machine = await next();
    const path = messageFile(machine.podsFolder, 'u1', 'app', 0);
    await t.throwsAsync(machine.readEnd(path, 10));
    await machine.applyFileActions([{ type: 'message-file', path }]);
    t.is(await machine.readEnd(path, 10), '');
    await write(path, 'the last words');
    await machine.applyFileActions([{ type: 'message-file', path }]);
    t.is(await machine.readEnd(path, 100), 'the last words');
    t.is(await machine.readEnd(path, 5), 'words');
  });

  test('machine: a text file holds the last text', async (t) => {
    const { next, read } = await open(t);
    const machine = await next();
    const path = resolvConfFile(machine.podsFolder, 'u1');
    const write = (text: string) =>
      machine.applyFileActions([{ type: 'text-file', path, text, mode: 0o644 }]);
    await write('one and more\n');
    await write('two\n');
    await write('two\n');
    t.is(await read(path), 'two\n');
  });

  test('machine: files that cannot be are a failed volume', async (t) => {
    const { next, write } = await open(t);
    const machine = await next();
    const path = `${podFolder(machine.podsFolder, 'u1')}/file`;
    await machine.applyFileActions([{ type: 'message-file', path }]);
    await write(path, '');
    const files = [{ path: 'x', bytes: Buffer.from(''), mode: 0o644 }];
    const error = await t.throwsAsync(machine.applyFileActions([{ type: 'write-files', path, files }]));
    t.is(codeOf(error), 'volume-failed');
  });
}
