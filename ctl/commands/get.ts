// `gantry get`: objects as the server's tables, or whole, once or as they change.
import type { Command } from 'commander';
import type { KindDefinition } from '@gantry/api/definition';
import { singularIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { getTable, listTable, watchTable, type Selection } from '../api-request.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns, alignRow, columnWidths } from '../print/aligned.ts';
import { renderJsonPath } from '../print/json-path.ts';
import { objectNames, outputFormatFrom, renderObjects } from '../print/output-format.ts';
import { tableHead, tableRows, type ServerTable, type TableOptions } from '../print/server-table.ts';
import { parseResourceArguments, type ResourceArgument } from '../resource-arguments.ts';

interface Flags {
  output?: string;
  allNamespaces?: boolean;
  selector?: string;
  fieldSelector?: string;
  watch?: boolean;
  showLabels?: boolean;
  labelColumns?: string;
  sortBy?: string;
  headers: boolean;
  ignoreNotFound?: boolean;
}

const PAGE_SIZE = 500;

export function registerGet(program: Command, context: CommandContext): void {
  program
    .command('get <kinds> [names...]')
    .description('Show objects: pods; deploy/web; pods,jobs; all')
    .option('-o, --output <format>', 'wide, json, yaml, name, jsonpath=…, custom-columns=…')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-l, --selector <labels>', 'label selector, e.g. app=web,tier!=db')
    .option('--field-selector <fields>', 'field selector, e.g. status.phase=Running')
    .option('-w, --watch', 'go on and show changes')
    .option('--show-labels', 'labels as the last column')
    .option('-L, --label-columns <labels>', 'labels that get a column of their own, comma separated')
    .option('--sort-by <path>', 'order by a field, e.g. .metadata.creationTimestamp')
    .option('--no-headers', 'no head line')
    .option('--ignore-not-found', 'a name that is not there is no failure')
    .action(async (kinds: string, names: string[], flags: Flags) => {
      await get(context, parseResourceArguments([kinds, ...names]), flags);
    });
}

async function get(context: CommandContext, wanted: ResourceArgument[], flags: Flags): Promise<void> {
  const connection = await context.connect();
  const format = outputFormatFrom(flags.output);
  if (flags.watch === true) return watch(context, connection, wanted, flags);
  if (format.type === 'table') return printTables(context, connection, wanted, flags, format.wide);
  const found: { definition: KindDefinition; object: AnyObject }[] = [];
  for (const argument of wanted) {
    const objects = await objectsOf(connection, argument, flags);
    found.push(...objects.map((object) => ({ definition: argument.definition, object })));
  }
  if (format.type === 'name') {
    context.io.out(objectNames(found));
    return;
  }
  const single = wanted.length === 1 && wanted[0]?.names.length === 1;
  if (single && found.length === 0) return;
  context.io.out(
    renderObjects(
      format,
      found.map(({ object }) => object),
      single,
    ),
  );
}

function selectionOf(connection: Connection, definition: KindDefinition, flags: Flags): Selection {
  const namespace = !definition.namespaced || flags.allNamespaces === true ? '' : connection.namespace;
  return {
    namespace,
    ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
    ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
  };
}

async function objectsOf(
  connection: Connection,
  { definition, names }: ResourceArgument,
  flags: Flags,
): Promise<AnyObject[]> {
  const selection = selectionOf(connection, definition, flags);
  if (names.length > 0) {
    const objects = names.map((name) =>
      tolerate(flags, connection.client.get(definition, { namespace: selection.namespace, name })),
    );
    return (await Promise.all(objects)).filter((object) => object !== undefined);
  }
  const items: AnyObject[] = [];
  let token: string | undefined;
  do {
    const page = await connection.client.list(definition, {
      ...selection,
      limit: PAGE_SIZE,
      ...(token === undefined ? {} : { continue: token }),
    });
    items.push(...page.items);
    token = page.continue;
  } while (token !== undefined);
  return flags.sortBy === undefined ? items : sortObjects(items, flags.sortBy, (item) => item);
}

async function tolerate<T>(flags: Flags, answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (flags.ignoreNotFound === true && (error as { status?: { code?: number } }).status?.code === 404)
      return undefined;
    throw error;
  });
}

async function printTables(
  context: CommandContext,
  connection: Connection,
  wanted: ResourceArgument[],
  flags: Flags,
  wide: boolean,
): Promise<void> {
  let printed = 0;
  for (const argument of wanted) {
    const table = await tableOf(connection, argument, flags);
    if ((table.rows ?? []).length === 0) continue;
    const options = tableOptions(argument.definition, flags, wide, wanted.length > 1);
    const rows = tableRows(table, table, options);
    if (printed > 0) context.io.out('\n');
    context.io.out(alignColumns(flags.headers ? [tableHead(table, options), ...rows] : rows));
    printed += 1;
  }
  if (printed === 0 && flags.ignoreNotFound !== true) {
    const where = flags.allNamespaces === true || wanted.every(({ definition }) => !definition.namespaced);
    context.io.err(
      where ? 'No objects found.\n' : `No objects found in namespace ${connection.namespace}.\n`,
    );
  }
}

async function tableOf(
  connection: Connection,
  argument: ResourceArgument,
  flags: Flags,
): Promise<ServerTable> {
  const { definition, names } = argument;
  const selection = selectionOf(connection, definition, flags);
  if (names.length === 0) {
    const fullObjects = flags.sortBy !== undefined;
    const table = await listTable(connection, definition, selection, {
      limit: fullObjects ? 0 : PAGE_SIZE,
      fullObjects,
    });
    const { sortBy } = flags;
    return sortBy === undefined
      ? table
      : { ...table, rows: sortObjects(table.rows ?? [], sortBy, ({ object }) => object) };
  }
  if (flags.allNamespaces === true && definition.namespaced) {
    throw new CliError('A name goes with one namespace: use -n instead of -A.', { exitCode: EXIT.usage });
  }
  const tables = await Promise.all(
    names.map((name) =>
      tolerate(flags, getTable(connection, definition, { namespace: selection.namespace, name })),
    ),
  );
  const [first] = tables.filter((table) => table !== undefined);
  return {
    columnDefinitions: first?.columnDefinitions ?? [],
    rows: tables.flatMap((table) => table?.rows ?? []),
  };
}

function tableOptions(
  definition: KindDefinition,
  flags: Flags,
  wide: boolean,
  several: boolean,
): TableOptions {
  return {
    wide,
    withNamespace: flags.allNamespaces === true && definition.namespaced,
    namePrefix: several ? `${singularIdOf(definition)}/` : '',
    showLabels: flags.showLabels ?? false,
    labelColumns: flags.labelColumns?.split(',') ?? [],
  };
}

/** Numbers by size, all else by text. */
function sortObjects<T>(items: readonly T[], path: string, objectOf: (item: T) => unknown): T[] {
  const keyed = items.map((item) => ({
    item,
    key: renderJsonPath(path.startsWith('{') ? path : `{${path}}`, objectOf(item)),
  }));
  keyed.sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }));
  return keyed.map(({ item }) => item);
}

async function watch(
  context: CommandContext,
  connection: Connection,
  wanted: ResourceArgument[],
  flags: Flags,
): Promise<void> {
  const [argument] = wanted;
  if (argument === undefined || wanted.length > 1 || argument.names.length > 1) {
    throw new CliError('--watch takes one kind, or one object.', { exitCode: EXIT.usage });
  }
  const { definition, names } = argument;
  const format = outputFormatFrom(flags.output);
  const base = selectionOf(connection, definition, flags);
  const [name] = names;
  const selection = name === undefined ? base : { ...base, fieldSelector: `metadata.name=${name}` };
  const table = await listTable(connection, definition, selection, { limit: 0, fullObjects: false });
  const options = tableOptions(definition, flags, format.type === 'table' && format.wide, false);
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
