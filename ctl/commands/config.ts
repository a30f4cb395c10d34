// `gantry config`: shows and changes the kubeconfig.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

export function registerConfig(program: Command, context: CommandContext): void {
  const config = program.command('config').description('Show and change the kubeconfig that is in force');
  const load = () => import('../config/run-config.ts');
  config
    .command('view')
    .description('Print it without its secrets')
    .option('--raw', 'with its secrets')
    .option('--minify', 'only the current context and what it uses')
    .action(async (flags: { raw?: boolean; minify?: boolean }) => {
      (await load()).viewConfig(context, flags);
    });
  config
    .command('current-context')
    .description('Print the name of the current context')
    .action(async () => {
      (await load()).printCurrentContext(context);
    });
  config
    .command('get-contexts')
    .description('List the contexts')
    .option('-o, --output <format>', 'name: only the names')
    .action(async (flags: { output?: string }) => {
      (await load()).listContexts(context, flags.output === 'name');
    });
  config
    .command('use-context <name>')
    .description('Use another context from now on')
    .action(async (name: string) => {
      (await load()).useContext(context, name);
    });
  config
    .command('set-context [name]')
    .description('Set the namespace of a context: config set-context --current --namespace team-a')
    .option('--current', 'of the current context')
    .action(async (name: string | undefined, flags: { current?: boolean }) => {
      (await load()).setContext(context, name, flags, program.opts<{ namespace?: string }>().namespace);
    });
}
