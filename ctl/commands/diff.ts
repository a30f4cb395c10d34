// `gantry diff`: what `gantry apply` would change.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerDiff(program: Command, context: CommandContext): void {
  program
    .command('diff')
    .description('Show what apply would change; ends with 1 when there are differences')
    .requiredOption('-f, --filename <source...>', 'file, folder, - or URL; may be repeated')
    .option('-R, --recursive', 'folders with all that is below them')
    .option('--force-conflicts', 'as if fields that somebody else set were taken over')
    .action(async (flags: { filename: string[]; recursive?: boolean; forceConflicts?: boolean }) => {
      const { runDiff } = await import('../diff/run-diff.ts');
      await runDiff(context, flags);
    });
}
