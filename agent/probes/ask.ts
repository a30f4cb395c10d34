// One question to a container, as probes and hooks ask it: a command, an HTTP GET or a TCP connection, each with a
// deadline. The answer is a value; only a bug throws.
import { Writable } from 'node:stream';
import type { HTTPGetAction, LifecycleHandler, TCPSocketAction } from '@gantry/api/kinds/pod';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { exitCodeOfExecFailure } from '@gantry/kit/tunnel/exec-failure';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { Machine } from '../machine/machine.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Answer } from './answer.ts';
import { hostText } from './host-text.ts';

/** Whom to ask. */
export interface AskTarget {
  containerId: string;
  podIp: string;
  /** Named ports of the container. */
  ports: Readonly<Record<string, number>>;
}

/** What can be asked: a probe, or a hook that is no sleep. */
export type Question = Pick<LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket'>;

/** Kubernetes keeps this much of a command's output. */
const OUTPUT_BYTES_MAX = 10 * 1024;
/** What a shell answers for a command that it cannot run. */
const CANNOT_EXECUTE = new Set([126, 127]);

/** What carries questions to containers. */
export interface AskDeps {
  runtime: Pick<Runtime, 'exec'>;
  machine: Pick<Machine, 'askHttp' | 'askTcp'>;
}

/** @param signal aborted when the deadline is over or nobody wants the answer any more. */
export async function ask(
  { runtime, machine }: AskDeps,
  question: Question,
  target: AskTarget,
  signal: AbortSignal,
): Promise<Answer> {
  if (question.exec !== undefined) return askCommand(runtime, question.exec.command ?? [], target, signal);
  if (question.httpGet !== undefined) return askByHttp(machine, question.httpGet, target, signal);
  if (question.tcpSocket !== undefined) return askByTcp(machine, question.tcpSocket, target, signal);
  return { result: 'success', message: '' };
}

async function askCommand(
  runtime: Pick<Runtime, 'exec'>,
  command: readonly string[],
  target: AskTarget,
  signal: AbortSignal,
): Promise<Answer> {
  const output = new LimitedText(OUTPUT_BYTES_MAX);
  try {
    const options = { command, tty: false, stdout: output, stderr: output, signal };
    // An engine that does not end an exec in time must not hold the asker.
    const exitCode = await untilAborted(runtime.exec(target.containerId, options), signal);
    if (exitCode === 0) return { result: 'success', message: output.text };
    const words =
      output.text.trim() === '' ? `command exited with code ${String(exitCode)}` : output.text.trim();
    return {
      result: 'failure',
      message: CANNOT_EXECUTE.has(exitCode) ? `cannot run the command: ${words}` : words,
    };
  } catch (error) {
    if (signal.aborted) return { result: 'failure', message: `command "${command.join(' ')}" timed out` };
    if (exitCodeOfExecFailure(codeOf(error)) !== undefined) {
      return { result: 'failure', message: `cannot run the command: ${messageOf(error)}` };
    }
    const isAway = codeOf(error) === 'runtime-unavailable';
    return { result: isAway ? 'unknown' : 'failure', message: messageOf(error) };
  }
}

async function askByHttp(
  machine: Pick<Machine, 'askHttp'>,
  action: HTTPGetAction,
  target: AskTarget,
  signal: AbortSignal,
): Promise<Answer> {
  const port = portOf(action.port, target);
  if (port === undefined) return noPort(action.port);
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const path = action.path ?? '/';
  const url = `${scheme}://${hostText(action.host ?? target.podIp)}:${String(port)}${path.startsWith('/') ? '' : '/'}${path}`;
  return machine.askHttp(url, action.httpHeaders ?? [], signal);
}

async function askByTcp(
  machine: Pick<Machine, 'askTcp'>,
  action: TCPSocketAction,
  target: AskTarget,
  signal: AbortSignal,
): Promise<Answer> {
  const port = portOf(action.port, target);
  if (port === undefined) return noPort(action.port);
  return machine.askTcp(action.host ?? target.podIp, port, signal);
}

/** A number, or the name of one of the container's ports. */
function portOf(port: number | string, target: AskTarget): number | undefined {
  if (typeof port === 'number') return port;
  return target.ports[port] ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

function noPort(port: number | string): Answer {
  return { result: 'failure', message: `the container has no port named ${JSON.stringify(port)}` };
}

/** Keeps the beginning of what is written. */
class LimitedText extends Writable {
  readonly #chunks: Buffer[] = [];
  #room: number;

  constructor(bytesMax: number) {
    super();
    this.#room = bytesMax;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.#room > 0) this.#chunks.push(chunk.subarray(0, this.#room));
    this.#room -= chunk.length;
    done();
  }
}
