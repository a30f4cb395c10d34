// Exec and attach on a hollow engine: streams of the caller at both ends of a process.
import type { Readable, Writable } from 'node:stream';
import { OperationalError } from '@gantry/kit/operational-error';
import type { ExecOptions } from '../runtime.ts';
import { answerTo } from './answer.ts';
import { findProgram } from './find-program.ts';
import type { HollowContainer } from './hollow-container.ts';
import type { HollowProgram } from './hollow-program.ts';
import { processFrame, type FrameDeps } from './process-frame.ts';
import type { ProcessInput } from './process-input.ts';
import { startProcess, type RunningProcess } from './running-process.ts';

/** @returns the exit code. @throws OperationalError: see `Runtime.exec`. */
export async function execIn(
  deps: FrameDeps,
  container: HollowContainer,
  options: ExecOptions,
): Promise<number> {
  const { command, tty, stdout, stderr, signal } = options;
  if (container.main === undefined) throw notRunning(container);
  const found = findProgram(deps.images.find(container.spec.imageId), command);
  if (found.outcome === 'missing') throw new OperationalError(found.code, found.message);
  const program = found.outcome === 'any' ? answering(deps, container) : found.program;
  let size: { width: number; height: number } | undefined;
  return new Promise((resolve) => {
    const frame = processFrame(deps, container, {
      ...{ argv: command, tty },
      size: () => size,
      onOutput: (output, text) => send(output === 'out' ? stdout : stderr, text),
      onExit({ exitCode }) {
        signal.removeEventListener('abort', kill);
        stopInput();
        container.execs.delete(started);
        resolve(exitCode);
      },
    });
    const started: RunningProcess = startProcess(frame, program);
    container.execs.add(started);
    const kill = (): void => started.kill();
    const stopInput = feed(options.stdin, started.input, true);
    void followSize(options.resize, (next) => (size = next));
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
  });
}

/** @returns when the container ends, or nobody wants it any more. @throws OperationalError `not-running`. */
export async function attachTo(
  container: HollowContainer,
  { stdin, stdout, stderr, signal }: Omit<ExecOptions, 'command'>,
): Promise<void> {
  const { main, attached, log, spec } = container;
  if (main === undefined) throw notRunning(container);
  const write = (output: 'out' | 'err', text: string): void => send(output === 'out' ? stdout : stderr, text);
  const stopInput = spec.stdin ? feed(stdin, main.input, spec.stdinOnce) : () => undefined;
  attached.add(write);
  await new Promise<void>((resolve) => {
    const unfollow = log.follow({ onEntry: () => undefined, onClose: () => done() });
    const done = (): void => {
      signal.removeEventListener('abort', done);
      unfollow();
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
  attached.delete(write);
  stopInput();
}

/** A command in a container that is told by a behaviour what to do. */
function answering({ state }: FrameDeps, container: HollowContainer): HollowProgram {
  return async (inside) => {
    const runningMs = state.clock.nowMs() - (container.startedAtMs ?? 0);
    const answer = answerTo(container.behaviour.answers, inside.argv.join(' '), runningMs);
    if (answer.tookMs > 0) await inside.sleep(answer.tookMs);
    inside.write(answer.output);
    return answer.exitCode;
  };
}

/** Nobody may be there any more to take it. */
function send(target: Writable | undefined, text: string): void {
  if (target !== undefined && !target.destroyed && !target.writableEnded) target.write(text);
}

/** @returns a function that stops reading. */
function feed(source: Readable | undefined, input: ProcessInput, endsInput: boolean): () => void {
  if (source === undefined) return () => undefined;
  const push = (chunk: Buffer | string): void => input.push(chunk.toString());
  const end = (): void => {
    if (endsInput) input.end();
  };
  source.on('data', push);
  source.once('end', end);
  source.once('error', end);
  return () => {
    source.removeListener('data', push);
    source.removeListener('end', end);
    source.pause();
  };
}

async function followSize(
  sizes: AsyncIterable<{ width: number; height: number }> | undefined,
  take: (size: { width: number; height: number }) => void,
): Promise<void> {
  if (sizes === undefined) return;
  for await (const size of sizes) take(size);
}

function notRunning({ id }: HollowContainer): OperationalError {
  return new OperationalError('not-running', `container ${id} is not running`);
}
