// `gantry api-resources`: the kinds that there are, and by which words they can be named. Asks no server.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

interface Flags {
  output?: string;
  apiGroup?: string;
  namespaced?: string;
}

export function registerApiResources(program: Command, context: CommandContext): void {
  program
    .command('api-resources')
    .description('List the kinds there are')
    .option('-o, --output <format>', 'name: only the names')
    .option('--api-group <group>', 'only of this group')
    .option('--namespaced <yes>', 'true: only kinds in namespaces; false: only cluster-wide ones')
    .action(async (flags: Flags) => {
      const { apiVersionOf, resourceIdOf } = await import('@gantry/api/definition');
      const { kinds } = await import('@gantry/api/registry');
      const { alignColumns } = await import('../print/aligned.ts');
      const shown = kinds.filter(
        ({ group, namespaced }) =>
          (flags.apiGroup === undefined || group === flags.apiGroup) &&
          (flags.namespaced === undefined || String(namespaced) === flags.namespaced),
      );
      if (flags.output === 'name') {
        for (const definition of shown) context.io.out(`${resourceIdOf(definition)}\n`);
        return;
      }
      const rows = shown.map((definition) => [
        definition.resource,
        definition.shortNames.join(','),
        apiVersionOf(definition),
        String(definition.namespaced),
        definition.kind,
      ]);
      context.io.out(alignColumns([['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'], ...rows]));
    });
}
