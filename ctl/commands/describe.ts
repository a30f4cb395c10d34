// `gantry describe`: one object in words, with its events.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import type { DescribeFlags } from '../describe/run-describe.ts';

export function registerDescribe(program: Command, context: CommandContext): void {
  program
    .command('describe <kinds> [names...]')
    .description('Show objects in words, with what happened to them: describe pod/web-1; describe nodes')
    .option('-l, --selector <labels>', 'all of the kind with these labels')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--no-events', 'without events')
    .action(async (kinds: string, names: string[], flags: DescribeFlags) => {
      const { runDescribe } = await import('../describe/run-describe.ts');
      await runDescribe(context, [kinds, ...names], flags);
    });
}
