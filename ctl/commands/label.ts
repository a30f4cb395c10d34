// `gantry label` and `gantry annotate`: sets and removes labels and annotations.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import type { MetadataFlags } from '../metadata/run-metadata.ts';

export function registerLabel(program: Command, context: CommandContext): void {
  for (const [verb, field] of [
    ['label', 'labels'],
    ['annotate', 'annotations'],
  ] as const) {
    program
      .command(`${verb} <kinds> <words...>`)
      .description(`Set and remove ${field}: ${verb} pod/web-1 tier=front old-`)
      .option('--overwrite', 'also where there is another value')
      .option('-l, --selector <labels>', 'all of the kind with these labels')
      .option('--all', 'all of the kind in the namespace')
      .action(async (kinds: string, words: string[], flags: MetadataFlags) => {
        const { runMetadata } = await import('../metadata/run-metadata.ts');
        await runMetadata(context, field, [kinds, ...words], flags);
      });
  }
}
