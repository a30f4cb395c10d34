// `gantry edit`: change an object in an editor.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerEdit(program: Command, context: CommandContext): void {
  program
    .command('edit <kinds> [names...]')
    .description('Change an object in $GANTRY_EDITOR, $KUBE_EDITOR or $EDITOR: edit deploy/web')
    .action(async (kinds: string, names: string[]) => {
      const { runEdit } = await import('../edit/run-edit.ts');
      await runEdit(context, [kinds, ...names]);
    });
}
