// `gantry flag list`.
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import type { CommandContext } from '../command.ts';
import { alignColumns } from '../print/aligned.ts';
import { flagRows } from './flag-table.ts';

/** Prints a table of all flags. */
export async function listFlags(
  context: CommandContext,
  name: string | undefined,
  { allNamespaces = false }: { allNamespaces?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const { client } = connection;
  const namespace = allNamespaces ? '' : connection.namespace;
  const fieldSelector = name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
  const { items } = await client.list(featureFlagKind, { namespace, ...fieldSelector });
  const rows = flagRows(items, allNamespaces);
  if (rows.length > 1) context.io.out(alignColumns(rows));
  else context.io.err(`No flags found${allNamespaces ? '' : ` in namespace ${namespace}`}.\n`);
}
