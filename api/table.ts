// Objects as rows of a meta.k8s.io/v1 Table: what `kubectl get` prints. The columns are the kind's own.
import type { Column, KindDefinition } from './definition.ts';
import type { AnyObject } from './meta.ts';

/** Head of a column, as it travels. */
export interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  /** 0 is always shown; 1 only with `-o wide`. */
  priority: number;
}

const NAME_COLUMN: Column<AnyObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object.',
  value: (object) => object.metadata.name ?? '',
};

/** All columns: the name first, unless the kind puts it elsewhere (Event). */
function columnsOf(definition: Pick<KindDefinition, 'columns'>): readonly Column<AnyObject>[] {
  const named = definition.columns.some((column) => column.name === NAME_COLUMN.name);
  return named ? definition.columns : [NAME_COLUMN, ...definition.columns];
}

/** The heads of a kind's columns. */
export function columnDefinitions(definition: Pick<KindDefinition, 'columns'>): ColumnDefinition[] {
  return columnsOf(definition).map(({ name, type, format = '', description, priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

/** The cells of one object. One broken object is one broken cell: a table is how users find it. */
export function rowCells(
  definition: Pick<KindDefinition, 'columns'>,
  object: AnyObject,
  nowMs: number,
): (string | number | boolean)[] {
  return columnsOf(definition).map((column) => {
    try {
      return column.value(object, nowMs);
    } catch {
      return '<invalid>';
    }
  });
}
