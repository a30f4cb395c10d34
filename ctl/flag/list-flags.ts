// `gantry flag list`.
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import type { CommandContext } from '../command.ts';
import { alignColumns } from '../print/aligned.ts';
import { dataFormatOf, dataText } from '../print/data-text.ts';
import { findFeatureFlag } from './find-flag.ts';
import { flagData, flagRows } from './flag-table.ts';

/** The options as they were typed. */
export interface ListFlags {
  allNamespaces?: boolean;
  output?: string;
}

/** Prints all flags, or those of one FeatureFlag. @throws CliError when that is not there. */
export async function listFlags(
  context: CommandContext,
  name: string | undefined,
  { allNamespaces = false, output }: ListFlags,
): Promise<void> {
  const format = dataFormatOf(output);
  const connection = await context.connect();
  const namespace = allNamespaces ? '' : connection.namespace;
  const items =
    name === undefined || allNamespaces
      ? (await connection.client.list(featureFlagKind, { namespace, ...selectedBy(name) })).items
      : [(await findFeatureFlag(connection, name)).object];
  const nowMs = context.clock.nowMs();
  if (format !== undefined) return context.io.out(dataText(format, flagData(items, nowMs)));
  const rows = flagRows(items, allNamespaces, nowMs);
  if (rows.length > 1) context.io.out(alignColumns(rows));
  else context.io.err(`No flags found${allNamespaces ? '' : ` in namespace ${namespace}`}.\n`);
}

const selectedBy = (name: string | undefined): { fieldSelector?: string } =>
  name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
