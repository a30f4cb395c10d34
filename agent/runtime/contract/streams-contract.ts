// Logs, exec and attach: what goes in and out of programs.
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { codeOf } from '@gantry/kit/operational-error';
import type { TestFn } from 'ava';
import { openBench } from './contract-bench.ts';
import type { RuntimeSubject } from './contract-bench.ts';
import type { Command, Said } from './programs.ts';

/** Registers the tests. */
export function testStreams(test: TestFn, subject: RuntimeSubject): void {
  testLogs(test, subject);
  testExec(test, subject);
  testAttach(test, subject);
}

function testLogs(test: TestFn, subject: RuntimeSubject): void {
  test.serial(
    'logs come apart by output, from the end, with times, up to a limit, also after the end',
    async (t) => {
      const bench = openBench(t, subject);
      const words = ['out 1\n', 'out 2\n', 'out 3\n', 'grün\n', 'no newline'];
      const said: Said = [...words.map((text) => ['out', text] as const), ['err', 'err\n']];
      const { id } = await bench.start(await bench.plainSandbox(), bench.programs.says(said));
      await bench.untilExited(id);
      t.deepEqual(await bench.logs(id), { out: 'out 1\nout 2\nout 3\ngrün\nno newline', err: 'err\n' });
      t.deepEqual(await bench.logs(id, { tailLines: 0 }), { out: '', err: '' });
      // The engine does not say which output came first; the limit counts both.
      const limited = await bench.logs(id, { limitBytes: 8 });
      t.is(limited.out.length + limited.err.length, 8);
      t.true('out 1\nou'.startsWith(limited.out));
      const { out } = await bench.logs(id, { timestamps: true });
      t.regex(out, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z out 1\n/);
      t.is((await bench.logs(id, { sinceMs: Date.parse(out.split(' ')[0] ?? '') + 3_600_000 })).out, '');
      t.is((await bench.logs(id, { sinceMs: 0, follow: true })).err, 'err\n');
    },
  );

  test.serial('following ends with the program, or when nobody wants it any more', async (t) => {
    const bench = openBench(t, subject);
    const { programs, eventually } = bench;
    const { id } = await bench.start(await bench.plainSandbox(), programs.waitsForGo);
    const out = new PassThrough();
    const lines: string[] = [];
    out.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    const signal = AbortSignal.timeout(60_000);
    const following = bench.runtime.logs(id, out, out, { follow: true, timestamps: false, signal });
    await eventually('the first line', () => lines.join('') === 'first\n');

    const abort = new AbortController();
    const given = new PassThrough();
    const aborted = bench.runtime.logs(id, given, given, {
      follow: true,
      timestamps: false,
      signal: abort.signal,
    });
    given.once('data', () => {
      abort.abort();
    });
    await aborted;
    t.true(given.writableEnded);

    const gone = new PassThrough();
    const left = bench.runtime.logs(id, gone, gone, { follow: true, timestamps: false, signal });
    gone.once('data', () => gone.destroy());
    await left;

    await bench.exec(id, programs.go);
    await following;
    t.is(lines.join(''), 'first\nlast\n');
    t.is((await bench.logs(id, { tailLines: 1 })).out, 'last\n');
    t.is((await bench.logs(id, { tailLines: 2 })).out, 'first\nlast\n');
  });

  test.serial('much output reaches a slow reader whole', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.saysMuch(3_000_000));
    await bench.untilExited(id);
    t.is((await bench.logs(id)).out.length, 3_000_000);
  });

  test.serial('a terminal has one output', async (t) => {
    const bench = openBench(t, subject);
    const both = bench.programs.says([
      ['out', '123\n'],
      ['err', '456\n'],
    ]);
    const { id } = await bench.start(await bench.plainSandbox(), both, { tty: true });
    await bench.untilExited(id);
    t.regex((await bench.logs(id)).out, /^123\r\n456\r\n/);
  });
}

function testExec(test: TestFn, subject: RuntimeSubject): void {
  test.serial('a command has its own outputs and exit code, and reads its input to the end', async (t) => {
    const bench = openBench(t, subject);
    const { programs } = bench;
    const { id } = await bench.start(await bench.plainSandbox(), programs.runs, { env: ['COLOUR=blue'] });
    t.deepEqual(await bench.exec(id, programs.tellsVariable('COLOUR')), {
      code: 3,
      out: 'blue\n',
      err: 'oops\n',
    });
    const input = 'x'.repeat(300_000);
    const counted = await bench.exec(id, programs.countsInput, { stdin: Readable.from([input]) });
    t.is(counted.out.trim(), '300000');
    const ignoresInput = await bench.exec(id, programs.says([]), { stdin: Readable.from([input]) });
    t.is(ignoresInput.code, 0);
  });

  for (const tty of [false, true]) {
    const where = tty ? ' in a terminal' : '';
    test.serial(
      `a command that is not there, or is no program, is a failure of one line${where}`,
      async (t) => {
        const bench = openBench(t, subject);
        const { id } = await bench.start(await bench.plainSandbox(), bench.programs.runs);
        const refused = async (program: string): Promise<[string | undefined, string]> => {
          const [output, written] = collected();
          const streams = { stdin: Readable.from(['input']), stdout: output, stderr: output };
          const error = await t.throwsAsync(bench.exec(id, [program], { tty, ...streams }));
          t.is(written(), '');
          return [codeOf(error), error?.message ?? ''];
        };
        t.deepEqual(await refused('no-such-program'), [
          'command-not-found',
          'exec: "no-such-program": executable file not found in $PATH',
        ]);
        t.deepEqual(await refused('/no/such'), [
          'command-not-found',
          'exec: "/no/such": stat /no/such: no such file or directory',
        ]);
        t.deepEqual(await refused('/etc/passwd'), [
          'command-not-runnable',
          'exec: "/etc/passwd": permission denied',
        ]);
      },
    );

    test.serial(`a program that says the same itself is left alone${where}`, async (t) => {
      const bench = openBench(t, subject);
      const { id } = await bench.start(await bench.plainSandbox(), bench.programs.runs);
      const words =
        'OCI runtime exec failed: exec failed: exec: "x": executable file not found in $PATH: unknown';
      const run = (command: Command) => bench.exec(id, command, { tty });
      const { says, looksInVain } = bench.programs;
      const end = tty ? '\r\n' : '\n';
      for (const code of [126, 127]) {
        const said = await run(says([['out', `${words}\n`]], code));
        t.deepEqual(said, { code, out: `${words}${end}`, err: '' });
      }
      const byShell = await run(looksInVain);
      t.is(byShell.code, 127);
      t.regex(tty ? byShell.out : byShell.err, /no-such-program: not found/);
    });
  }

  test.serial('a terminal can be used and resized', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.runs);
    const sizes = [
      { width: 70, height: 20 },
      { width: 123, height: 45 },
    ];
    const stdin = new PassThrough();
    const [stdout, output] = collected();
    const running = bench.runtime.exec(id, {
      command: bench.programs.shell,
      tty: true,
      stdin,
      stdout,
      resize: Readable.from(sizes) as AsyncIterable<{ width: number; height: number }>,
      signal: AbortSignal.timeout(60_000),
    });
    await bench.eventually('the new size', async () => {
      stdin.write('stty size\n');
      return output().includes('45 123\r\n');
    });
    stdin.end('exit 4\n');
    t.is(await running, 4);
  });

  test.serial('a command that nobody wants any more is killed', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.runs);
    const abort = new AbortController();
    const [stdout, output] = collected();
    const { marked, processes } = bench.programs;
    const { command, mark } = marked;
    const running = bench.runtime.exec(id, { command, tty: false, stdout, signal: abort.signal });
    await bench.eventually('it to run', () => output() === 'on\n');
    t.true((await bench.exec(id, processes)).out.includes(mark));
    abort.abort();
    t.is(await running, 137);
    await bench.eventually(
      'it to be gone',
      async () => !(await bench.exec(id, processes)).out.includes(mark),
    );
  });
}

function testAttach(test: TestFn, subject: RuntimeSubject): void {
  test.serial('attaching reaches the first process', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.echoesInput, {
      stdin: true,
      stdinOnce: true,
    });
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const reading = Promise.all([text(stdout), text(stderr)]);
    const signal = AbortSignal.timeout(60_000);
    const attached = bench.runtime.attach(id, { tty: false, stdin, stdout, stderr, signal });
    stdin.write('hello ');
    stdin.end('world\n');
    await attached;
    stdout.end();
    stderr.end();
    t.deepEqual(await reading, ['hello world\n', 'over\n']);
    t.like(await bench.untilExited(id), { exitCode: 6 });
  });

  test.serial('the end of the input of a container that may be given more ends no output', async (t) => {
    const bench = openBench(t, subject);
    const { answersLines } = bench.programs;
    const { id } = await bench.start(await bench.plainSandbox(), answersLines, { stdin: true });
    for (const word of ['one', 'two']) {
      const abort = new AbortController();
      const [stdout, output] = collected();
      const stdin = Readable.from([`${word}\n`]);
      const attached = bench.runtime.attach(id, { tty: false, stdin, stdout, signal: abort.signal });
      await bench.eventually('the answer', () => output() === `heard ${word}\n`);
      abort.abort();
      await attached;
    }
    t.like(await bench.until(id, () => true), { status: 'running' });
  });

  test.serial('attaching to a program that has ended is refused', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.says([['out', 'gone\n']]));
    await bench.untilExited(id);
    const options = { tty: false, stdout: new PassThrough(), signal: AbortSignal.timeout(60_000) };
    await t.throwsAsync(bench.runtime.attach(id, options), { code: 'not-running' });
  });

  test.serial('attaching ends when it is not wanted any more, and the program runs on', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.speaksOn);
    const abort = new AbortController();
    const stdout = new PassThrough();
    stdout.once('data', () => {
      abort.abort();
    });
    await bench.runtime.attach(id, { tty: false, stdout, signal: abort.signal });
    t.like(await bench.until(id, () => true), { status: 'running' });
  });
}

function collected(): [PassThrough, () => string] {
  const stream = new PassThrough();
  let all = '';
  stream.on('data', (chunk: Buffer) => {
    all += chunk.toString();
  });
  return [stream, () => all];
}
