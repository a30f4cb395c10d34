// Two texts as the rows of a difference. Pure.
import { structuredPatch } from 'diff';

/** One row; `gap` stands for lines that are the same on both sides. */
export interface DiffRow {
  type: 'same' | 'added' | 'removed' | 'gap';
  text: string;
}

/** A difference, or that it is too large to be shown. */
export type TextDifference = { rows: readonly DiffRow[] } | { tooLarge: string };

const CONTEXT_LINES = 3;
/** Changed lines that are looked for; the time it takes grows with their square. */
const CHANGES_MAX = 4000;
/** Rows shown. */
export const DIFF_ROWS_MAX = 2000;

/** The rows; none when the texts are the same. */
export function diffRows(before: string, after: string): TextDifference {
  if (before === after) return { rows: [] };
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: CHANGES_MAX,
  });
  if (patch === undefined)
    return { tooLarge: `More than ${CHANGES_MAX} lines differ; the difference is not shown.` };
  const rows = patch.hunks.flatMap(({ oldStart, lines }, at): DiffRow[] => {
    const gap: DiffRow[] = at === 0 && oldStart <= 1 ? [] : [{ type: 'gap', text: `line ${oldStart}` }];
    return [...gap, ...lines.flatMap(rowOf)];
  });
  if (rows.length <= DIFF_ROWS_MAX) return { rows };
  const left = rows.length - DIFF_ROWS_MAX;
  return {
    rows: [...rows.slice(0, DIFF_ROWS_MAX), { type: 'gap', text: `${left} more rows are not shown` }],
  };
}

function rowOf(line: string): DiffRow[] {
  if (line.startsWith('\\')) return [];
  const type = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';
  return [{ type, text: line.slice(1) }];
}
