// Running a command in a container, and attaching to its first process.
import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { sleep, type Clock } from '@gantry/kit/clock';
import type Docker from 'dockerode';
import type { ExecOptions } from '../runtime.ts';
import { copyOutputs } from './demux.ts';
import type { Engine } from './engine.ts';
import { EngineError, engineError, hasStatus, reasonOf } from './engine-error.ts';

/** The engine may end the streams a moment before it knows the exit code. */
const EXIT_CODE_TRIES_MAX = 100;
const EXIT_CODE_INTERVAL_MS = 20;
/** What a shell answers for a command that is there but cannot be run, and for one that is not there. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;
const ABORTED = 137;
/** What a program wrote last may come this long after its end; a stream attached too late never ends. */
const LAST_OUTPUT_MS = 2000;

/** What exec needs. */
export interface ExecDeps {
  engine: Engine;
  clock: Clock;
}

/** @returns the exit code. @throws EngineError `not-found`, `conflict` (it does not run), `runtime-unavailable`. */
export async function execInContainer(deps: ExecDeps, id: string, options: ExecOptions): Promise<number> {
  const { engine } = deps;
  const { signal, tty } = options;
  const exec = await createExec(engine, id, options);
  const started = await startExec(engine, exec.id, options);
  if (typeof started === 'number') return started;
  const kill = (): void => void killExec(engine, exec.id, id).catch(() => undefined);
  signal.addEventListener('abort', kill, { once: true });
  try {
    await converse(started, !tty, options, (size) => exec.resize({ w: size.width, h: size.height }));
    if (signal.aborted) return ABORTED;
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
 * Attaches to the first process of a container. Returns when its outputs end.
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
  const connection = await engine.hijack({
    what: `attach to ${id}`,
    path: `/containers/${id}/attach`,
    method: 'POST',
    query: { stream: true, stdin: options.stdin !== undefined, stdout: true, stderr: true },
    signal: options.signal,
  });
  const container = engine.docker.getContainer(id);
  await converse(connection, !options.tty, options, (size) =>
    container.resize({ w: size.width, h: size.height }),
  );
}

/** Newer engines answer a command that cannot be run with an error, older ones with text and an exit code. */
async function startExec(engine: Engine, execId: string, options: ExecOptions): Promise<Duplex | number> {
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
    if (
      !(error instanceof EngineError) ||
      !hasStatus(error, 400, 500) ||
      !/exec failed|OCI runtime/i.test(reason)
    ) {
      throw error;
    }
    options.stderr?.write(`${reason}\n`);
    return /not found|no such file/i.test(reason) ? NOT_FOUND : CANNOT_RUN;
  }
}

/** Copies both ways until the far end has no more to say. */
async function converse(
  connection: Duplex,
  framed: boolean,
  options: Omit<ExecOptions, 'command'>,
  resize: (size: { width: number; height: number }) => Promise<unknown>,
): Promise<void> {
  const { stdin, stdout, stderr, signal } = options;
  const done = new AbortController();
  // A program that ends before it has read its input closes the connection under our writing: no failure.
  connection.on('error', () => undefined);
  if (stdin === undefined) connection.end();
  else stdin.pipe(connection);
  const resizing = followSizes(options.resize, resize, done.signal);
  try {
    await copyOutputs(connection, { stdout, stderr }, { framed, signal });
  } catch (error) {
    throw engineError('read an output', error);
  } finally {
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
