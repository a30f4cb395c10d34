// `gantry dashboard`: a link that logs in once.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerDashboard(program: Command, context: CommandContext): void {
  program
    .command('dashboard')
    .description('Open the web dashboard, logged in as you: prints a link that is good once, within a minute')
    .option('--print', 'print the link only, and open no browser')
    .action(async (flags: { print?: boolean }) => {
      const { runDashboard } = await import('../dashboard/run-dashboard.ts');
      await runDashboard(context, flags.print === true);
    });
}
