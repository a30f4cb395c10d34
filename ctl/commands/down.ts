// `gantry down`: ends the local cluster.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerDown(program: Command, context: CommandContext): void {
  program
    .command('down')
    .description('Stop what runs here and remove all that `up` and `agent join` made')
    .option('--keep-data', 'keep etcd and the keys, so that the next `up` goes on where this one ended')
    .action(async (flags: { keepData?: boolean }) => {
      const { runDown } = await import('../up/run-down.ts');
      await runDown(context, flags.keepData === true);
    });
}
