// Sets and removes labels or annotations of the objects that the user names.
import { objectIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { parseResourceArguments } from '../resource-arguments.ts';
import { overwritten, splitChanges } from './metadata-changes.ts';

/** What the user asked for. */
export interface MetadataFlags {
  overwrite?: boolean;
  selector?: string;
  all?: boolean;
}

/** Carries out `gantry label` and `gantry annotate`. */
export async function runMetadata(
  context: CommandContext,
  field: 'labels' | 'annotations',
  given: readonly string[],
  flags: MetadataFlags,
): Promise<void> {
  const { words, changes } = splitChanges(given, field);
  const wanted = parseResourceArguments(words);
  const connection = await context.connect();
  const verb = field === 'labels' ? 'labeled' : 'annotated';
  for (const { definition, names } of wanted) {
    for (const object of await objectsOf(connection, definition, names, flags)) {
      const label = objectIdOf(definition, object.metadata.name);
      const [taken] = flags.overwrite === true ? [] : overwritten(object, field, changes);
      if (taken !== undefined) {
        throw new CliError(`${label} has ${taken}=${object.metadata[field]?.[taken]} already.`, {
          exitCode: EXIT.conflict,
          nextStep: 'Add --overwrite to change it.',
        });
      }
      const { namespace = '', name = '', resourceVersion } = object.metadata;
      const patch = { metadata: { [field]: changes, resourceVersion } };
      const after = await connection.client.patch(definition, { namespace, name }, 'merge', patch, {
        fieldManager: 'gantry-label',
      });
      const same = after.metadata.resourceVersion === resourceVersion;
      context.io.out(`${label} ${same ? `not ${verb}: it is so already` : verb}\n`);
    }
  }
}

async function objectsOf(
  connection: Connection,
  definition: KindDefinition,
  names: readonly string[],
  flags: MetadataFlags,
): Promise<AnyObject[]> {
  const namespace = definition.namespaced ? connection.namespace : '';
  if (names.length > 0) {
    return Promise.all(names.map((name) => connection.client.get(definition, { namespace, name })));
  }
  if (flags.selector === undefined && flags.all !== true) {
    throw new CliError(`Name the ${definition.resource}, or select them with -l or --all.`, {
      exitCode: EXIT.usage,
    });
  }
  const selection = { namespace, ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }) };
  return (await connection.client.list(definition, selection)).items;
}
