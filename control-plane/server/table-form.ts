// Objects as the rows that `kubectl get` prints. Pure.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { badRequest } from '@gantry/api/status-error';
import { columnDefinitions, rowCells } from '@gantry/api/table';
import type { ListMetadata } from './list-metadata.ts';
import { partialMetadata } from './partial-metadata.ts';

/** What comes with each row: nothing, metadata, or the whole object (`kubectl get --sort-by`). */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** How a table is made. */
export interface TableOptions {
  definition: Pick<KindDefinition, 'columns'>;
  /** From the stored form to the one that is served; absent where they are the same. */
  show?: (object: AnyObject) => AnyObject;
  include: IncludeObject;
  nowMs: number;
  /** Followers of a watch get the columns once. */
  withColumns: boolean;
}

/** @throws StatusError 400 for another value. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject') ?? '';
  if (text === '') return 'Metadata';
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text;
  throw badRequest(`includeObject must be None, Metadata or Object, not "${text}"`);
}

/** A Table of the objects. */
export function tableOf(
  objects: readonly AnyObject[],
  metadata: ListMetadata,
  options: TableOptions,
): object {
  return { ...tableHead(metadata, options), rows: objects.map((object) => tableRow(object, options)) };
}

/** A Table but for its rows. */
export function tableHead(metadata: ListMetadata, { definition, withColumns }: TableOptions): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? columnDefinitions(definition) : null,
  };
}

/** The row of one object. */
export function tableRow(object: AnyObject, { definition, include, nowMs, show }: TableOptions): object {
  return { cells: rowCells(definition, object, nowMs), object: rowObject(object, include, show) };
}

function rowObject(object: AnyObject, include: IncludeObject, show: TableOptions['show']): AnyObject | null {
  if (include === 'None') return null;
  return include === 'Object' ? (show?.(object) ?? object) : partialMetadata(object);
}
