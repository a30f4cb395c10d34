// `gantry get`: objects as the server's tables, or whole, once or as they change.
import type { Command } from 'commander';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { isNotFound } from '@gantry/api/status-error';
import { getTable, listTable } from '../api-request.ts';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { describeFailure } from '../failure.ts';
import { checkNames, selectionOf, tableOptions, type GetFlags } from '../get/get-flags.ts';
import { watchKind } from '../get/watch-kind.ts';
import { alignColumns } from '../print/aligned.ts';
import { renderJsonPath } from '../print/json-path.ts';
import { objectNames, outputFormatFrom, renderObjects } from '../print/output-format.ts';
import { tableHead, tableRows, type ServerTable } from '../print/server-table.ts';
import { parseResourceArguments, type ResourceArgument } from '../resource-arguments.ts';

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
    .action(async (kinds: string, names: string[], flags: GetFlags) => {
      await get(context, parseResourceArguments([kinds, ...names]), flags);
    });
}

async function get(context: CommandContext, wanted: ResourceArgument[], flags: GetFlags): Promise<void> {
  const format = outputFormatFrom(flags.output);
  checkNames(wanted, flags);
  const connection = await context.connect();
  if (flags.watch === true) return watchKind(context, connection, wanted, flags);
  if (format.type === 'table') return printTables(context, connection, wanted, flags, format.wide);
  const found: { definition: KindDefinition; object: AnyObject }[] = [];
  const failures: unknown[] = [];
  for (const argument of wanted) {
    const objects = await objectsOf(connection, argument, flags, failures);
    found.push(...objects.map((object) => ({ definition: argument.definition, object })));
  }
  const single = wanted.length === 1 && wanted[0]?.names.length === 1;
  if (format.type === 'name') context.io.out(objectNames(found));
  else if (!single || found.length > 0) {
    const objects = found.map(({ object }) => object);
    context.io.out(renderObjects(format, objects, { single, headers: flags.headers }));
  }
  reportFailures(context, failures);
}

async function objectsOf(
  connection: Connection,
  { definition, names }: ResourceArgument,
  flags: GetFlags,
  failures: unknown[],
): Promise<AnyObject[]> {
  const selection = selectionOf(connection, definition, flags);
  if (names.length > 0) {
    return foundOf(names, flags, failures, (name) =>
      connection.client.get(definition, { namespace: selection.namespace, name }),
    );
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

/** What is there of the names; what is not is noted, so that one wrong name does not hide the others. */
async function foundOf<T>(
  names: readonly string[],
  flags: GetFlags,
  failures: unknown[],
  ask: (name: string) => Promise<T>,
): Promise<T[]> {
  const answers = await Promise.allSettled(names.map(ask));
  return answers.flatMap((answer) => {
    if (answer.status === 'fulfilled') return [answer.value];
    const error: unknown = answer.reason;
    if (!isNotFound(error)) throw error;
    if (flags.ignoreNotFound !== true) failures.push(error);
    return [];
  });
}

/** All of them, the last as the command's own. */
function reportFailures(context: CommandContext, failures: readonly unknown[]): void {
  for (const error of failures.slice(0, -1)) context.io.err(`${describeFailure(error).message}\n`);
  if (failures.length > 0) throw failures.at(-1);
}

async function printTables(
  context: CommandContext,
  connection: Connection,
  wanted: ResourceArgument[],
  flags: GetFlags,
  wide: boolean,
): Promise<void> {
  let printed = 0;
  const failures: unknown[] = [];
  for (const argument of wanted) {
    const table = await tableOf(connection, argument, flags, failures);
    if ((table.rows ?? []).length === 0) continue;
    const options = tableOptions(argument.definition, flags, wide, wanted.length > 1);
    const rows = tableRows(table, table, options);
    if (printed > 0) context.io.out('\n');
    context.io.out(alignColumns(flags.headers ? [tableHead(table, options), ...rows] : rows));
    printed += 1;
  }
  reportFailures(context, failures);
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
  flags: GetFlags,
  failures: unknown[],
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
  const tables = await foundOf(names, flags, failures, (name) =>
    getTable(connection, definition, { namespace: selection.namespace, name }),
  );
  return {
    columnDefinitions: tables[0]?.columnDefinitions ?? [],
    rows: tables.flatMap(({ rows }) => rows ?? []),
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
