// The `gantry` program: builds the command tree, runs one command, and turns whatever goes wrong into one clear
// message and an exit code.
import { Command, CommanderError } from 'commander';
import { systemClock } from '@gantry/kit/clock';
import { CliError, EXIT, type CommandContext } from './command.ts';
import { commands } from './commands/all-commands.ts';
import { connectWithKubeconfig, type Connection } from './connect.ts';
import { homeFrom } from './home.ts';
import { kubeconfigFileFrom } from './kubeconfig-file.ts';
import { describeFailure } from './failure.ts';

const FALLBACK_COLUMNS = 80;

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort(new CliError('Interrupted.', { exitCode: 130 }));
  });
  const connections: Connection[] = [];
  const program = new Command('gantry');
  const context = contextFor(program, stop.signal, connections);
  program
    .description('Runs containers across Docker hosts, and ships new versions of them safely')
    .option('--kubeconfig <file>', 'cluster access file; KUBECONFIG or the state folder when absent')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'namespace of the objects')
    .configureHelp({ sortSubcommands: true, showGlobalOptions: false })
    .showHelpAfterError('(gantry COMMAND --help shows what a command takes)')
    .showSuggestionAfterError()
    .exitOverride();
  for (const register of commands) register(program, context);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok;
  } catch (error) {
    return report(error, context);
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

function contextFor(program: Command, signal: AbortSignal, connections: Connection[]): CommandContext {
  const home = homeFrom(process.env);
  return {
    io: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      terminal: process.stdout.isTTY,
      columns: process.stdout.columns || FALLBACK_COLUMNS,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
    },
    env: process.env,
    home,
    clock: systemClock,
    signal,
    async connect() {
      const options: { kubeconfig?: string; context?: string; namespace?: string } = program.opts();
      const file = kubeconfigFileFrom(options.kubeconfig, process.env, home);
      const connection = await connectWithKubeconfig(file, options.context);
      connections.push(connection);
      return options.namespace === undefined ? connection : { ...connection, namespace: options.namespace };
    },
  };
}

/** Commander has written its own message already. */
function report(error: unknown, context: CommandContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const failure = describeFailure(error);
  context.io.err(`${failure.message}\n`);
  if (failure.nextStep !== undefined) context.io.err(`${failure.nextStep}\n`);
  return failure.exitCode;
}

// A reader that has seen enough (`gantry get pods | head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
});

process.exitCode = await main(process.argv);
