// Rows of text as aligned columns, three spaces apart, as kubectl prints them. Pure.

const GAP = '   ';

/** Lines without trailing spaces, each ended by a line break. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  return rows.map((row) => `${alignRow(row, widths)}\n`).join('');
}

/** Widths of all columns. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  }
  return widths;
}

/** One line in given widths; longer cells push the rest to the right. */
export function alignRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
    .join(GAP)
    .trimEnd();
}
