// `gantry create -f`: makes new objects; what is there already is a conflict.
import type { Command } from 'commander';
import { objectIdOf } from '@gantry/api/definition';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { describeFailure } from '../failure.ts';
import { applyWaves } from '../apply/apply-order.ts';
import { readManifests } from '../manifests/read-manifests.ts';

interface Flags {
  filename: string[];
  recursive?: boolean;
  dryRun?: boolean;
}

export function registerCreate(program: Command, context: CommandContext): void {
  program
    .command('create')
    .description('Create the objects of manifests; fails for those that are there already')
    .requiredOption('-f, --filename <source...>', 'file, folder, - or URL')
    .option('-R, --recursive', 'folders with all that is below them')
    .option('--dry-run', 'let the server do everything but store')
    .action(async (flags: Flags) => {
      const connection = await context.connect();
      const { manifests, faults } = await readManifests(context, flags.filename, {
        recursive: flags.recursive ?? false,
      });
      const failures = [...faults];
      for (const { definition, object, place } of applyWaves(manifests).flat()) {
        const namespace = definition.namespaced
          ? (object.metadata.namespace ?? connection.namespace)
          : undefined;
        const placed = {
          ...object,
          metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) },
        };
        try {
          const made = await connection.client.create(definition, placed, {
            fieldManager: 'gantry-create',
            fieldValidation: 'Strict',
            dryRun: flags.dryRun ?? false,
            onWarning: (sentence) => {
              context.io.err(`Warning: ${place}: ${sentence}\n`);
            },
          });
          context.io.out(`${objectIdOf(definition, made.metadata.name)} created\n`);
        } catch (error) {
          failures.push(`${place}: ${describeFailure(error).message}`);
        }
      }
      for (const failure of failures) context.io.err(`${failure}\n`);
      if (failures.length > 0)
        throw new CliError(`${failures.length} could not be created.`, { exitCode: EXIT.invalid });
    });
}
