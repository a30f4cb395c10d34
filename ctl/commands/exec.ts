// `gantry exec`: a command inside a container, with standard input and a terminal when asked; ends with its exit code.
import type { Command } from 'commander';
import { chooseContainer, execStreams } from '../choose-container.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { runSession } from '../container-session.ts';
import { selectPods } from '../pod-selection.ts';

interface Flags {
  container?: string;
  stdin?: boolean;
  tty?: boolean;
}

export function registerExec(program: Command, context: CommandContext): void {
  program
    .command('exec <target> [command...]')
    .description('Run a command in a container: exec web-1 -- ls; exec -it deploy/web -- sh')
    .option('-c, --container <name>', 'this container; the first when absent')
    .option('-i, --stdin', 'hand on standard input')
    .option('-t, --tty', 'with a terminal')
    .action(async (target: string, command: string[], flags: Flags) => {
      if (command.length === 0) {
        throw new CliError('Name the command behind --, for example: gantry exec web-1 -- ls /', {
          exitCode: EXIT.usage,
        });
      }
      const connection = await context.connect();
      const [pod] = await selectPods(connection, { target });
      if (pod === undefined) return;
      const { stdin = false, tty = false } = flags;
      const { note, ...streams } = execStreams({ stdin, tty, terminal: context.io.stdin.isTTY });
      if (note !== undefined) context.io.err(`${note}\n`);
      const { namespace = '', name = '' } = pod.metadata;
      const exitCode = await runSession(context, connection, {
        pod: { namespace, name },
        container: chooseContainer(pod, flags.container).name,
        command,
        ...streams,
      });
      context.endWith(exitCode);
    });
}
