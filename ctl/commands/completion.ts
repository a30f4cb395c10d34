// `gantry completion`: the script that lets a shell complete commands, kinds and names.
import type { Command } from 'commander';
import { CliError, EXIT, type CommandContext } from '../command.ts';

export function registerCompletion(program: Command, context: CommandContext): void {
  program
    .command('completion <shell>')
    .description('Print the completion script of bash, zsh or fish: source <(gantry completion bash)')
    .action(async (shell: string) => {
      const { COMPLETION_SCRIPTS } = await import('../completion/scripts.ts');
      const script = Object.hasOwn(COMPLETION_SCRIPTS, shell) ? COMPLETION_SCRIPTS[shell] : undefined;
      if (script === undefined) {
        throw new CliError(`There is no completion for "${shell}".`, {
          exitCode: EXIT.usage,
          nextStep: `Use one of: ${Object.keys(COMPLETION_SCRIPTS).join(', ')}.`,
        });
      }
      context.io.out(script);
    });
}

/** What the scripts ask; not for people. */
export function registerComplete(program: Command, context: CommandContext): void {
  program.command('__complete [words...]', { hidden: true }).action(async (words: string[]) => {
    const { runComplete } = await import('../completion/run-complete.ts');
    await runComplete(program, context, words);
  });
}
