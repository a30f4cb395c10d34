// `gantry get --watch`: the objects of one kind as they are, then each change, in the format that was asked for.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { listTable, watchTable, type Selection } from '../api-request.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns, alignRow, columnWidths } from '../print/aligned.ts';
import { objectNames, outputFormatFrom, renderObjects, type OutputFormat } from '../print/output-format.ts';
import { tableHead, tableRows } from '../print/server-table.ts';
import type { ResourceArgument } from '../resource-arguments.ts';
import { selectionOf, tableOptions, type GetFlags } from './get-flags.ts';

/** Goes on until the server ends the watch or the user has seen enough. @throws CliError, StatusError. */
export async function watchKind(
  context: CommandContext,
  connection: Connection,
  wanted: readonly ResourceArgument[],
  flags: GetFlags,
): Promise<void> {
  const [argument] = wanted;
  if (argument === undefined || wanted.length > 1 || argument.names.length > 1) {
    throw new CliError('--watch takes one kind, or one object.', { exitCode: EXIT.usage });
  }
  if (flags.sortBy !== undefined) {
    throw new CliError('--watch shows changes in their own order: leave out --sort-by.', {
      exitCode: EXIT.usage,
    });
  }
  const { definition, names } = argument;
  const format = outputFormatFrom(flags.output);
  const base = selectionOf(connection, definition, flags);
  const [name] = names;
  if (name !== undefined && flags.ignoreNotFound !== true) {
    await connection.client.get(definition, { namespace: base.namespace, name });
  }
  const selection = name === undefined ? base : { ...base, fieldSelector: `metadata.name=${name}` };
  if (format.type === 'table')
    await watchTables(context, connection, definition, selection, flags, format.wide);
  else await watchObjects(context, connection, definition, selection, flags, format);
}

async function watchTables(
  context: CommandContext,
  connection: Connection,
  definition: KindDefinition,
  selection: Selection,
  flags: GetFlags,
  wide: boolean,
): Promise<void> {
  const table = await listTable(connection, definition, selection, { limit: 0, fullObjects: false });
  const options = tableOptions(definition, flags, wide, false);
  const rows = [tableHead(table, options), ...tableRows(table, table, options)];
  context.io.out(alignColumns(flags.headers ? rows : rows.slice(1)));
  const widths = columnWidths(rows);
  const resourceVersion = table.metadata?.resourceVersion ?? '0';
  for await (const event of watchTable(connection, definition, selection, {
    resourceVersion,
    signal: context.signal,
  })) {
    for (const row of tableRows(event.table, table, options)) context.io.out(`${alignRow(row, widths)}\n`);
  }
}

async function watchObjects(
  context: CommandContext,
  connection: Connection,
  definition: KindDefinition,
  selection: Selection,
  flags: GetFlags,
  format: Exclude<OutputFormat, { type: 'table' }>,
): Promise<void> {
  let headers = flags.headers;
  const show = (object: AnyObject): void => {
    const text =
      format.type === 'name'
        ? objectNames([{ definition, object }])
        : renderObjects(format, [object], { single: true, headers });
    // Documents of one stream are kept apart; columns get one head.
    context.io.out(format.type === 'yaml' ? `---\n${text}` : text.endsWith('\n') ? text : `${text}\n`);
    headers = false;
  };
  const { items, resourceVersion } = await connection.client.list(definition, selection);
  for (const item of items) show(item);
  const options = { ...selection, resourceVersion, signal: context.signal };
  for await (const { type, object } of connection.client.watch(definition, options)) {
    if (type !== 'BOOKMARK') show(object);
  }
}
