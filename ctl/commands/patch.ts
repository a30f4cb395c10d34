// `gantry patch`: changes single fields of an object.
import type { Command } from 'commander';
import type { PatchType } from '@gantry/api/client';
import { CliError, EXIT, type CommandContext } from '../command.ts';

interface Flags {
  patch: string;
  type: string;
  subresource?: string;
  dryRun?: boolean;
}

const TYPES: readonly PatchType[] = ['strategic', 'merge', 'json'];

export function registerPatch(program: Command, context: CommandContext): void {
  program
    .command('patch <kinds> [names...]')
    .description(`Change fields: patch deploy/web -p '{"spec":{"replicas":3}}'`)
    .requiredOption('-p, --patch <text>', 'the patch, JSON or YAML')
    .option('--type <type>', 'how it is read: strategic, merge, json', 'strategic')
    .option('--subresource <name>', 'what of the object is changed: status; all but that when absent')
    .option('--dry-run', 'let the server do everything but store')
    .action(async (kinds: string, names: string[], flags: Flags) => {
      const type = TYPES.find((known) => known === flags.type);
      if (type === undefined) {
        throw new CliError(`--type must be one of ${TYPES.join(', ')}, not "${flags.type}".`, {
          exitCode: EXIT.usage,
        });
      }
      if (flags.subresource !== undefined && flags.subresource !== 'status') {
        throw new CliError(`--subresource must be status, not "${flags.subresource}".`, {
          exitCode: EXIT.usage,
        });
      }
      await patchAll(context, [kinds, ...names], type, flags);
    });
}

async function patchAll(
  context: CommandContext,
  words: readonly string[],
  type: PatchType,
  flags: Flags,
): Promise<void> {
  const { parseResourceArguments } = await import('../resource-arguments.ts');
  const { objectIdOf } = await import('@gantry/api/definition');
  const patch = await readPatch(flags.patch);
  const connection = await context.connect();
  for (const { definition, names } of parseResourceArguments(words)) {
    if (names.length === 0) {
      throw new CliError('Name what to patch, for example: deploy/web.', { exitCode: EXIT.usage });
    }
    for (const name of names) {
      const key = { namespace: definition.namespaced ? connection.namespace : '', name };
      const before = await connection.client.get(definition, key);
      const after = await connection.client.patch(definition, key, type, patch, {
        fieldManager: 'gantry-patch',
        fieldValidation: 'Strict',
        dryRun: flags.dryRun ?? false,
        ...(flags.subresource === undefined ? {} : { subresource: 'status' as const }),
      });
      const same =
        before.metadata.resourceVersion === after.metadata.resourceVersion && flags.dryRun !== true;
      context.io.out(`${objectIdOf(definition, name)} patched${same ? ' (no change)' : ''}\n`);
    }
  }
}

async function readPatch(text: string): Promise<unknown> {
  const { readYamlDocuments } = await import('@gantry/api/yaml-documents');
  const { formatYamlFault } = await import('@gantry/api/yaml-fault');
  const { documents, faults } = readYamlDocuments(text, '--patch');
  const [fault] = faults;
  if (fault !== undefined) throw new CliError(formatYamlFault(fault), { exitCode: EXIT.usage });
  const value = documents[0]?.value;
  if (typeof value === 'object' && value !== null) return value;
  throw new CliError('--patch must be an object, or a list of operations with --type json.', {
    exitCode: EXIT.usage,
  });
}
