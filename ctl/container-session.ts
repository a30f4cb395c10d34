// The client's end of exec and attach: WebSocket channels to and from this process's own streams.
import { WebSocket } from 'ws';
import { CHANNEL, EXEC_PROTOCOL, exitCodeOf, resizeText } from '@gantry/api/exec-channels';
import { podKind } from '@gantry/api/kinds/pod';
import type { ObjectKey } from '@gantry/api/meta';
import { pathOf } from '@gantry/api/paths';
import { StatusError, type Status } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from './command.ts';
import type { Connection } from './connect.ts';
import { openWebSocket } from './open-websocket.ts';

/** Whom to talk to, and how. */
export interface SessionRequest {
  pod: ObjectKey;
  container: string;
  /** What to run; the container's own first process when absent. */
  command?: readonly string[];
  stdin: boolean;
  /** Whether the program at the far end has a terminal, so that all it says comes on standard output. */
  tty: boolean;
  /** Whether this terminal stands in for it: keys go over one by one, sizes too. */
  raw: boolean;
}

/** Standard input waits while more than this is not sent yet. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** @returns the command's exit code; 0 after an attach. @throws StatusError or CliError when it could not be run. */
export function runSession(
  context: CommandContext,
  connection: Connection,
  request: SessionRequest,
): Promise<number> {
  const socket = open(connection, request);
  return new Promise<number>((resolve, reject) => {
    let outcome: Status | undefined;
    let release: () => void = () => undefined;
    socket.on('open', () => {
      release = connectStdin(context, socket, request);
    });
    socket.on('message', (message: Buffer) => {
      const data = message.subarray(1);
      if (message[0] === CHANNEL.stdout) context.io.stdout.write(data);
      else if (message[0] === CHANNEL.stderr) context.io.stderr.write(data);
      else if (message[0] === CHANNEL.error) outcome = JSON.parse(data.toString('utf8')) as Status;
    });
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        reject(refusal(Buffer.concat(chunks).toString('utf8'), response.statusCode ?? 0));
      });
    });
    socket.on('error', reject);
    socket.on('close', () => {
      release();
      if (context.signal.aborted) reject(context.signal.reason as Error);
      else if (outcome === undefined)
        reject(new CliError('The connection to the container was lost.', { exitCode: EXIT.unreachable }));
      else settle(outcome, resolve, reject);
      // A terminal has no standard error on which the reason could have come.
      if (request.tty && outcome !== undefined) sayWhyNotRun(context, outcome);
    });
    context.signal.addEventListener('abort', () => {
      socket.terminate();
    });
  });
}

function open(connection: Connection, request: SessionRequest): WebSocket {
  const query = new URLSearchParams({ container: request.container, stdout: 'true' });
  for (const word of request.command ?? []) query.append('command', word);
  if (request.stdin) query.set('stdin', 'true');
  if (request.tty) query.set('tty', 'true');
  else query.set('stderr', 'true');
  const path = pathOf(podKind, request.pod, request.command === undefined ? 'attach' : 'exec');
  return openWebSocket(connection, `${path}?${query.toString()}`, EXEC_PROTOCOL);
}

/** @returns what gives the terminal back. */
function connectStdin(context: CommandContext, socket: WebSocket, request: SessionRequest): () => void {
  const { stdin, stdout } = context.io;
  const send = (channel: number, data: Buffer): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), data]));
  };
  const sendSize = (): void => {
    send(CHANNEL.resize, Buffer.from(resizeText(stdout.columns, stdout.rows)));
  };
  const onData = (data: Buffer): void => {
    send(CHANNEL.stdin, data);
    if (socket.bufferedAmount > UNSENT_BYTES_MAX) {
      stdin.pause();
      context.clock.schedule(10, () => stdin.resume());
    }
  };
  const onEnd = (): void => {
    send(CHANNEL.close, Buffer.from([CHANNEL.stdin]));
  };
  if (request.raw) {
    stdin.setRawMode(true);
    sendSize();
    stdout.on('resize', sendSize);
  }
  if (request.stdin) {
    stdin.on('data', onData);
    stdin.on('end', onEnd);
  }
  return () => {
    if (request.raw) stdin.setRawMode(false);
    stdout.off('resize', sendSize);
    stdin.off('data', onData);
    stdin.off('end', onEnd);
    stdin.pause();
    stdin.unref?.();
  };
}

function settle(status: Status, resolve: (code: number) => void, reject: (error: Error) => void): void {
  const code = exitCodeOf(status);
  if (code === undefined) reject(new StatusError(status));
  else resolve(code);
}

function sayWhyNotRun(context: CommandContext, { message = '', details }: Status): void {
  const hasCode = details?.causes?.some(({ reason }) => reason === 'ExitCode') ?? false;
  if (hasCode && !message.startsWith('command terminated')) context.io.err(`${message}\n`);
}

function refusal(body: string, code: number): Error {
  try {
    return new StatusError(JSON.parse(body) as Status);
  } catch {
    return new CliError(`The server refused the connection (${code}).`, { exitCode: EXIT.unreachable });
  }
}
