// The `gantry` program: builds the command tree, runs one command, and turns whatever goes wrong into one clear
// message and an exit code.
import { setMaxListeners } from 'node:events';
import { Command, CommanderError } from 'commander';
import { systemClock } from '@gantry/kit/clock';
import { commandWordOf } from './command-word.ts';
import { CliError, EXIT, type CommandContext, type Io } from './command.ts';
import { loadCommands } from './commands/all-commands.ts';
import type { Connection } from './connect.ts';
import { homeFrom } from './home.ts';
import { kubeconfigFileFrom } from './kubeconfig-file.ts';
import { clientVersionText } from './client-version.ts';

/** Where the program runs. */
export interface Surroundings {
  io: Io;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/** Runs one command line (without `node` and the program's file). @returns the exit code. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { io } = surroundings;
  const connections: Connection[] = [];
  const program = new Command('gantry');
  const outcome = { exitCode: EXIT.ok as number };
  const context = contextFor(program, surroundings, connections, outcome);
  program
    .description('Runs containers across Docker hosts, and ships new versions of them safely')
    .option('--kubeconfig <file>', 'cluster access file; KUBECONFIG or the state folder when absent')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'namespace of the objects')
    .option('--version', 'show the version of this program and end')
    .on('option:version', () => {
      io.out(clientVersionText());
      // What `--help` ends with.
      throw new CommanderError(EXIT.ok, 'commander.version', '');
    })
    .configureHelp({ sortSubcommands: true, showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(gantry COMMAND --help shows what a command takes)')
    .showSuggestionAfterError()
    .exitOverride();
  try {
    for (const register of await loadCommands(commandWordOf(words))) register(program, context);
    await program.parseAsync(words, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    return await report(error, io);
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

function contextFor(
  program: Command,
  { io, env, signal }: Surroundings,
  connections: Connection[],
  outcome: { exitCode: number },
): CommandContext {
  // Each request under way listens; how many there are at once is bounded where they are made.
  setMaxListeners(0, signal);
  const home = homeFrom(env);
  const kubeconfigFile = (): string =>
    kubeconfigFileFrom(program.opts<{ kubeconfig?: string }>().kubeconfig, env, home);
  return {
    io,
    env,
    home,
    clock: systemClock,
    signal,
    kubeconfigFile,
    endWith: (exitCode) => (outcome.exitCode = exitCode),
    async connect() {
      const { connectWithKubeconfig } = await import('./connect.ts');
      const options: { context?: string; namespace?: string } = program.opts();
      // An empty name is none, as with kubectl.
      const contextName = options.context === '' ? undefined : options.context;
      const connection = await connectWithKubeconfig(kubeconfigFile(), contextName);
      connections.push(connection);
      return options.namespace === undefined ? connection : { ...connection, namespace: options.namespace };
    },
  };
}

/** Commander has written its own message already. */
async function report(error: unknown, io: Io): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) return tell(error, io);
  const { describeFailure } = await import('./failure.ts');
  return tell(describeFailure(error), io);
}

function tell(failure: { message: string; nextStep?: string | undefined; exitCode: number }, io: Io): number {
  io.err(`${failure.message}\n`);
  if (failure.nextStep !== undefined) io.err(`${failure.nextStep}\n`);
  return failure.exitCode;
}
