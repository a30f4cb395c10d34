// What `gantry get` was asked for, in the terms of requests and tables. Pure.
import { singularIdOf, type KindDefinition } from '@gantry/api/definition';
import type { Selection } from '../api-request.ts';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';
import type { TableOptions } from '../print/server-table.ts';
import type { ResourceArgument } from '../resource-arguments.ts';

/** The options as they were typed. */
export interface GetFlags {
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

/** A name is looked for in one namespace. @throws CliError. */
export function checkNames(wanted: readonly ResourceArgument[], flags: GetFlags): void {
  const named = wanted.some(({ definition, names }) => names.length > 0 && definition.namespaced);
  if (named && flags.allNamespaces === true) {
    throw new CliError('A name goes with one namespace: use -n instead of -A.', { exitCode: EXIT.usage });
  }
  const selects = flags.selector !== undefined || flags.fieldSelector !== undefined;
  if (selects && wanted.some(({ names }) => names.length > 0)) {
    throw new CliError('Use either names or selectors, not both.', { exitCode: EXIT.usage });
  }
}

/** Which objects of a kind. */
export function selectionOf(connection: Connection, definition: KindDefinition, flags: GetFlags): Selection {
  const namespace = !definition.namespaced || flags.allNamespaces === true ? '' : connection.namespace;
  return {
    namespace,
    ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
    ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
  };
}

/** How their table is to look. */
export function tableOptions(
  definition: KindDefinition,
  flags: GetFlags,
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
