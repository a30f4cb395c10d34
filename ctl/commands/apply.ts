// `gantry apply`: makes the cluster hold what the manifests say. An unchanged manifest writes nothing.
import type { Command } from 'commander';
import { applyFiles } from '../apply/apply-files.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';

interface Flags {
  filename: string[];
  recursive?: boolean;
  dryRun?: boolean;
  forceConflicts?: boolean;
  validate: string;
  prune?: boolean;
  selector?: string;
}

const MODES = { strict: 'Strict', warn: 'Warn', ignore: 'Ignore' } as const;

export function registerApply(program: Command, context: CommandContext): void {
  program
    .command('apply')
    .description('Make the cluster hold what manifests say: files, folders, - for standard input, URLs')
    .requiredOption('-f, --filename <source...>', 'file, folder, - or URL; may be repeated')
    .option('-R, --recursive', 'folders with all that is below them')
    .option('--dry-run', 'let the server do everything but store')
    .option('--force-conflicts', 'take over fields that somebody else set')
    .option('--validate <mode>', 'unknown fields: strict refuses, warn reports, ignore drops', 'strict')
    .option('--prune', 'delete objects that -l selects, apply made, and the files no longer hold')
    .option('-l, --selector <labels>', 'label selector for --prune')
    .action(async (flags: Flags) => {
      const validate = MODES[flags.validate as keyof typeof MODES];
      if (validate === undefined) {
        throw new CliError(`--validate must be strict, warn or ignore, not "${flags.validate}".`, {
          exitCode: EXIT.usage,
        });
      }
      if (flags.prune === true && flags.selector === undefined) {
        throw new CliError('--prune needs -l: it deletes only objects of a label.', { exitCode: EXIT.usage });
      }
      const connection = await context.connect();
      await applyFiles(context, connection, {
        files: flags.filename,
        namespace: connection.namespace,
        recursive: flags.recursive ?? false,
        dryRun: flags.dryRun ?? false,
        forceConflicts: flags.forceConflicts ?? false,
        validate,
        ...(flags.prune === true && flags.selector !== undefined ? { pruneSelector: flags.selector } : {}),
      });
    });
}
