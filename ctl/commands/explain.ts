// `gantry explain`: a kind or a field of it in words. Asks no server.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerExplain(program: Command, context: CommandContext): void {
  program
    .command('explain <path>')
    .description('Tell what a kind or a field means: explain pod.spec.containers')
    .option('--recursive', 'all fields below, names and types only')
    .action(async (path: string, flags: { recursive?: boolean }) => {
      const { definitionOf } = await import('../resource-arguments.ts');
      const { explainText } = await import('../explain/explain-text.ts');
      const [kind = '', ...fields] = path.split('.').filter((part) => part !== '');
      const options = { recursive: flags.recursive ?? false, columns: context.io.columns };
      context.io.out(explainText(definitionOf(kind), fields, options));
    });
}
