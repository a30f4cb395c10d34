// `gantry attach`: what a container's first process says from now on, and a way to speak to it.
import type { Command } from 'commander';
import type { Pod } from '@gantry/api/kinds/pod';
import { attachStreams, chooseContainer } from '../choose-container.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { runSession } from '../container-session.ts';
import { selectPods } from '../pod-selection.ts';

interface Flags {
  container?: string;
  stdin?: boolean;
  tty?: boolean;
}

export function registerAttach(program: Command, context: CommandContext): void {
  program
    .command('attach <target>')
    .description('Follow the first process of a container, and speak to it: attach -it shell-1')
    .option('-c, --container <name>', 'this container; the first when absent')
    .option('-i, --stdin', 'hand on standard input')
    .option('-t, --tty', "use the container's terminal as this one")
    .action(async (target: string, flags: Flags) => {
      const connection = await context.connect();
      const [pod] = await selectPods(connection, { target });
      if (pod === undefined) return;
      refuseEnded(pod);
      const container = chooseContainer(pod, flags.container);
      const { stdin = false, tty = false } = flags;
      const { note, ...streams } = attachStreams(container, { stdin, tty, terminal: context.io.stdin.isTTY });
      if (note !== undefined) context.io.err(`${note}\n`);
      const { namespace = '', name = '' } = pod.metadata;
      context.endWith(
        await runSession(context, connection, {
          pod: { namespace, name },
          container: container.name,
          ...streams,
        }),
      );
    });
}

function refuseEnded({ metadata, status }: Pod): void {
  const phase = status?.phase ?? '';
  if (phase !== 'Succeeded' && phase !== 'Failed') return;
  throw new CliError(`Pod ${metadata.name ?? ''} has ended (${phase}): there is nothing to attach to.`, {
    exitCode: EXIT.conflict,
    nextStep: `Its output: gantry logs ${metadata.name ?? ''}`,
  });
}
