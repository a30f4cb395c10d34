// Tables as the server renders them: which columns are shown, and each row's cells as text. Pure.
import type { ObjectMeta } from '@gantry/api/meta';

/** A meta.k8s.io/v1 Table. */
export interface ServerTable {
  columnDefinitions?: { name: string; priority?: number }[];
  rows?: { cells: unknown[]; object?: { metadata?: ObjectMeta } }[];
  metadata?: { resourceVersion?: string; continue?: string };
}

/** What the user asked to see. */
export interface TableOptions {
  wide: boolean;
  /** A NAMESPACE column in front. */
  withNamespace: boolean;
  /** `KIND/` before names, when several kinds are shown. */
  namePrefix: string;
  showLabels: boolean;
  /** Labels that get a column of their own. */
  labelColumns: readonly string[];
}

/** The head line. */
export function tableHead(table: ServerTable, options: TableOptions): string[] {
  const shown = shownColumns(table, options).map((index) =>
    (table.columnDefinitions?.[index]?.name ?? '').toUpperCase(),
  );
  return [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...shown,
    ...options.labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
}

/** The lines below it. */
export function tableRows(table: ServerTable, columns: ServerTable, options: TableOptions): string[][] {
  const shown = shownColumns(columns, options);
  return (table.rows ?? []).map(({ cells, object }) => {
    const labels = object?.metadata?.labels ?? {};
    const texts = shown.map((index) => cellText(cells[index]));
    if (texts[0] !== undefined) texts[0] = options.namePrefix + texts[0];
    return [
      ...(options.withNamespace ? [object?.metadata?.namespace ?? ''] : []),
      ...texts,
      ...options.labelColumns.map((label) => labels[label] ?? ''),
      ...(options.showLabels ? [labelText(labels)] : []),
    ];
  });
}

function shownColumns(table: ServerTable, options: TableOptions): number[] {
  return (table.columnDefinitions ?? []).flatMap(({ priority }, index) =>
    (priority ?? 0) === 0 || options.wide ? [index] : [],
  );
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
