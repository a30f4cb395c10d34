// Order of rows by a key. Pure, and stable: equal rows stay as they were.

/** What rows are ordered by; undefined comes last either way. */
export type SortKey = string | number | undefined;

/** A sorted copy. */
export function sortRows<T>(rows: readonly T[], key: (row: T) => SortKey, down: boolean): T[] {
  const sign = down ? -1 : 1;
  return rows
    .map((row) => ({ row, by: key(row) }))
    .sort((a, b) => {
      if (a.by === undefined || b.by === undefined)
        return Number(a.by === undefined) - Number(b.by === undefined);
      return sign * compare(a.by, b.by);
    })
    .map(({ row }) => row);
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
