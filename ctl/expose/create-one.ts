// Sends a new Service, or shows what would be sent.
import { objectIdOf } from '@gantry/api/definition';
import { serviceKind } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { outputFormatFrom, renderObjects } from '../print/output-format.ts';

/** How it is to be done. */
export interface CreateFlags {
  dryRun?: string | boolean;
  output?: string;
}

/** @param verb what is said of it: `created`, `exposed`. */
export async function createOne(
  { io }: CommandContext,
  connection: Connection,
  object: AnyObject,
  { dryRun = 'none', output }: CreateFlags,
  verb: string,
): Promise<void> {
  const mode = dryRun === true ? 'server' : dryRun;
  if (mode !== 'none' && mode !== 'client' && mode !== 'server')
    throw new CliError(`--dry-run must be none, client or server, not "${String(mode)}".`, {
      exitCode: EXIT.usage,
    });
  const namespace = object.metadata.namespace ?? connection.namespace;
  const placed = { ...object, metadata: { ...object.metadata, namespace } };
  const options = {
    fieldManager: 'gantry-create',
    fieldValidation: 'Strict',
    dryRun: mode === 'server',
  } as const;
  const made: AnyObject =
    mode === 'client' ? placed : await connection.client.create<AnyObject>(serviceKind, placed, options);
  const id = objectIdOf(serviceKind, made.metadata.name);
  const format = outputFormatFrom(output);
  if (format.type === 'name') io.out(`${id}\n`);
  else if (output === undefined || format.type === 'table')
    io.out(`${id} ${verb}${mode === 'none' ? '' : ` (${mode} dry run)`}\n`);
  else io.out(renderObjects(format, [made], { single: true, headers: true }));
}
