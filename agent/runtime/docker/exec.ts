// Running a command in a container, and attaching to its first process.
import { readFile } from 'node:fs/promises';
import { finished, PassThrough, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sleep, type Clock } from '@gantry/kit/clock';
import type Docker from 'dockerode';
import type { ExecOptions } from '../runtime.ts';
import { copyOutputs, type Outputs } from './demux.ts';
import type { Engine } from './engine.ts';
import { EngineError, engineError, hasStatus, reasonOf } from './engine-error.ts';
import { execFailure } from './exec-failure.ts';

/** The engine may end the streams a moment before it knows the exit code. */
const EXIT_CODE_TRIES_MAX = 100;
const EXIT_CODE_INTERVAL_MS = 20;
const ABORTED = 137;
/** What a program wrote last may come this long after its end; a stream attached too late never ends. */
const LAST_OUTPUT_MS = 2000;

/** What exec needs. */
export interface ExecDeps {
  engine: Engine;
  clock: Clock;
}

/**
 * @returns the exit code.
 * @throws EngineError `not-found`, `not-running`, `command-not-found`, `command-not-runnable`, `runtime-unavailable`.
 */
export async function execInContainer(deps: ExecDeps, id: string, options: ExecOptions): Promise<number> {
  const { engine } = deps;
  const { signal, tty } = options;
  const exec = await createExec(engine, id, options);
  const connection = await startExec(engine, exec.id, options);
  const kill = (): void => void killExec(engine, exec.id, id).catch(() => undefined);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const excuse = new PassThrough();
    let reason: Promise<string> | undefined;
    await converse(connection, options, {
      framed: !tty,
      endsInput: true,
      resize: (size) => exec.resize({ w: size.width, h: size.height }),
      outputs: async () => {
        await firstOutput(connection);
        if (connection.readableLength === 0 || !(await neverStarted(engine, exec.id))) return options;
        reason = text(excuse);
        return { stdout: excuse, stderr: excuse };
      },
    });
    if (signal.aborted) return ABORTED;
    excuse.end();
    if (reason !== undefined) throw execFailure(await reason);
    return await exitCode(deps, exec.id, signal);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

async function createExec(engine: Engine, id: string, options: ExecOptions): Promise<Docker.Exec> {
  const what = `exec in ${id}`;
  const wish = {
    Cmd: [...options.command],
    Tty: options.tty,
    AttachStdin: options.stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  };
  try {
    return await engine.call(
      what,
      (abortSignal) => engine.docker.getContainer(id).exec({ ...wish, abortSignal }),
      {
        signal: options.signal,
      },
    );
  } catch (error) {
    throw hasStatus(error, 409) ? new EngineError('not-running', reasonOf(error), { cause: error }) : error;
  }
}

/**
 * Attaches to the first process of a container. Returns when its outputs end. The end of the input is handed on only to
 * a container that takes input once: else the engine would end the outputs too, with answers still on their way.
 *
 * @throws EngineError `not-running` when the process ended before: the engine never ends a stream attached that late.
 */
export async function attachToContainer(
  { engine, clock }: ExecDeps,
  id: string,
  options: Omit<ExecOptions, 'command'>,
): Promise<void> {
  const late = new AbortController();
  const done = new AbortController();
  const giveUp = async (): Promise<void> => {
    await engine.docker.getContainer(id).wait({ condition: 'not-running', abortSignal: done.signal });
    await sleep(clock, LAST_OUTPUT_MS, done.signal);
    late.abort(new EngineError('not-running', `the program of container ${id} has ended`));
  };
  // A wait that fails gives up nothing: the stream ends as it will.
  void giveUp().catch(() => undefined);
  try {
    await attach(engine, id, { ...options, signal: AbortSignal.any([options.signal, late.signal]) });
  } finally {
    done.abort();
  }
  late.signal.throwIfAborted();
}

async function attach(engine: Engine, id: string, options: Omit<ExecOptions, 'command'>): Promise<void> {
  const container = engine.docker.getContainer(id);
  const inspected = await engine.call(
    `inspect ${id}`,
    (abortSignal) => container.inspect({ abortSignal } as object),
    { signal: options.signal },
  );
  const connection = await engine.hijack({
    what: `attach to ${id}`,
    path: `/containers/${id}/attach`,
    method: 'POST',
    query: { stream: true, stdin: options.stdin !== undefined, stdout: true, stderr: true },
    signal: options.signal,
  });
  await converse(connection, options, {
    framed: !options.tty,
    endsInput: inspected.Config.StdinOnce ?? false,
    resize: (size) => container.resize({ w: size.width, h: size.height }),
    outputs: () => Promise.resolve(options),
  });
}

/** Newer engines answer a command that cannot be run with an error, older ones with text in place of its output. */
async function startExec(engine: Engine, execId: string, options: ExecOptions): Promise<Duplex> {
  try {
    return await engine.hijack({
      what: `start exec ${execId}`,
      path: `/exec/${execId}/start`,
      method: 'POST',
      body: { Detach: false, Tty: options.tty },
      signal: options.signal,
    });
  } catch (error) {
    const reason = reasonOf(error);
    throw hasStatus(error, 400, 500) && /exec failed|OCI runtime/i.test(reason)
      ? execFailure(reason, error)
      : error;
  }
}

/** Until there is something to read, or never will be. Reads nothing. */
function firstOutput(connection: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      connection.removeListener('readable', done);
      stopWaiting();
      resolve();
    };
    const stopWaiting = finished(connection, { writable: false }, done);
    connection.on('readable', done);
  });
}

/**
 * Whether what comes is the engine's own excuse: the command has ended without ever having had a process. The engine
 * marks it as ended before it writes, and does not answer while it starts one. When it does not say, what comes is
 * taken for the program's.
 */
async function neverStarted(engine: Engine, execId: string): Promise<boolean> {
  const state = await inspectExec(engine, execId).catch(() => undefined);
  return state !== undefined && !state.Running && state.Pid === 0;
}

/** What the two ways of talking to a container do not have in common. */
interface FarEnd {
  /** False for a terminal. */
  framed: boolean;
  /** Whether the end of our input is told. */
  endsInput: boolean;
  resize: (size: { width: number; height: number }) => Promise<unknown>;
  /** Where what comes shall go; asked before the first byte is taken. */
  outputs: () => Promise<Outputs>;
}

/** Copies both ways until the far end has no more to say. */
async function converse(
  connection: Duplex,
  options: Omit<ExecOptions, 'command'>,
  far: FarEnd,
): Promise<void> {
  const { stdin, signal } = options;
  const done = new AbortController();
  // A program that ends before it has read its input closes the connection under our writing: no failure.
  connection.on('error', () => undefined);
  if (stdin === undefined) connection.end();
  else stdin.pipe(connection, { end: far.endsInput });
  const resizing = followSizes(options.resize, far.resize, done.signal);
  const stop = (): void => void connection.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await copyOutputs(connection, await far.outputs(), { framed: far.framed, signal });
  } catch (error) {
    throw engineError('read an output', error);
  } finally {
    signal.removeEventListener('abort', stop);
    done.abort();
    stdin?.unpipe(connection);
    connection.destroy();
    await resizing;
  }
}

/** Sizes are a courtesy: one that could not be set fails nothing. */
async function followSizes(
  sizes: ExecOptions['resize'],
  resize: (size: { width: number; height: number }) => Promise<unknown>,
  done: AbortSignal,
): Promise<void> {
  if (sizes === undefined) return;
  const iterator = sizes[Symbol.asyncIterator]();
  const ended = new Promise<{ done: true; value: undefined }>((resolve) => {
    done.addEventListener('abort', () => {
      resolve({ done: true, value: undefined });
    });
  });
  for (;;) {
    const next = await Promise.race([iterator.next(), ended]);
    if (next.done === true) break;
    await resize(next.value).catch(() => undefined);
  }
  void iterator.return?.();
}

async function exitCode(deps: ExecDeps, execId: string, signal: AbortSignal): Promise<number> {
  for (let tries = 0; tries < EXIT_CODE_TRIES_MAX; tries += 1) {
    const state = await inspectExec(deps.engine, execId);
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    await sleep(deps.clock, EXIT_CODE_INTERVAL_MS, signal);
  }
  throw new EngineError(
    'engine-failed',
    'the engine closed the streams of a command that it says still runs',
  );
}

/** The engine has no way to end a command: its process is found by number, if this is its machine. */
async function killExec(engine: Engine, execId: string, containerId: string): Promise<void> {
  const { Running: running, Pid: pid } = await inspectExec(engine, execId);
  if (!running || !engine.local || pid <= 0) return;
  const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
  if (cgroups.includes(containerId)) process.kill(pid, 'SIGKILL');
}

async function inspectExec(
  engine: Engine,
  execId: string,
): Promise<{ Running: boolean; ExitCode: number | null; Pid: number }> {
  return engine.call(`inspect exec ${execId}`, (abortSignal) =>
    engine.docker.getExec(execId).inspect({ abortSignal } as object),
  );
}
