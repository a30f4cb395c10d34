// What every command gets and how it reports failure.
import type { Command } from 'commander';
import type { Clock } from '@gantry/kit/clock';
import type { Connection } from './connect.ts';
import type { Home } from './home.ts';

/** Where a command writes and what it knows of the terminal. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output is a terminal: colours and live progress only then. */
  terminal: boolean;
  /** Columns of the terminal; 80 when unknown. */
  columns: number;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** What a command may use; all of the outside world comes through here. */
export interface CommandContext {
  io: Io;
  env: Readonly<Record<string, string | undefined>>;
  home: Home;
  clock: Clock;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** The cluster as KUBECONFIG, --kubeconfig, --context, or the state folder name it. */
  connect(): Promise<Connection>;
  /** The kubeconfig that is meant, which may not be there. */
  kubeconfigFile(): string;
  /** Ends the program with this exit code and no message once the command is done. */
  endWith(exitCode: number): void;
}

/** A command: adds itself to the program. One file each in `commands/`. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

/** Exit codes by kind of failure, so that scripts can tell them apart. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  invalid: 5,
  unreachable: 6,
  timeout: 7,
  differs: 1,
} as const;

/** A failure that the user can act on: one sentence, and what to do next. */
export class CliError extends Error {
  readonly exitCode: number;
  readonly nextStep: string | undefined;

  constructor(message: string, options: { exitCode?: number; nextStep?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.nextStep = options.nextStep;
  }
}
