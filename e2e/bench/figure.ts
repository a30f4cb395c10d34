// A measured figure beside its target and its reference, and how figures are printed. Pure.

/** One row of the table. */
export interface Figure {
  what: string;
  target: string;
  measured: string;
  /** What the same work costs without Gantry, from the same run; empty where there is nothing to compare with. */
  reference: string;
  /** Measured by reference. */
  ratio?: number;
  met: boolean;
}

/** The value below which `share` of the samples lie (nearest rank). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

/** Three digits, whatever the size. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '?';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** `1.41 s (median of 3, 1.38-1.52)`. */
export function spread(samples: readonly number[], unit: string): string {
  const range = `${short(Math.min(...samples))}-${short(Math.max(...samples))}`;
  return `${short(median(samples))} ${unit} (median of ${samples.length}, ${range})`;
}

/** `p50 1.10, p99 3.20 ms (of 300)`. */
export function percentiles(samples: readonly number[], unit: string): string {
  return `p50 ${short(quantile(samples, 0.5))}, p99 ${short(quantile(samples, 0.99))} ${unit} (of ${samples.length})`;
}

const HEAD = ['figure', 'target', 'measured', 'reference', 'ratio', 'met?'];

/** The figures as a Markdown table, which reads well in a terminal too. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = HEAD, ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function cellsOf(figure: Figure): string[] {
  const ratio = figure.ratio === undefined ? '' : `${figure.ratio.toFixed(2)} x`;
  const { what, target, measured, reference } = figure;
  return [what, target, measured, reference, ratio, figure.met ? 'yes' : 'NO'];
}

const END = '<!-- end of figures -->';

/**
 * Puts a report into a document, in place of the one between the command's marks.
 *
 * @throws when the document has no such marks.
 */
export function replaceReport(document: string, report: string, command: string): string {
  const mark = `<!-- figures: written by \`${command} ARGS="--markdown docs/benchmarks.md"\` -->`;
  const begin = document.indexOf(mark);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`the document has no marks: ${mark} … ${END}`);
  return `${document.slice(0, begin + mark.length)}\n\n${report.trim()}\n\n${document.slice(end)}`;
}
