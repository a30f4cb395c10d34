// Two texts as a unified diff. Pure.
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Palette } from '../print/colours.ts';

const CONTEXT_LINES = 3;

/** The diff; empty when the texts are the same. */
export function unifiedDiff(
  names: { before: string; after: string },
  before: string,
  after: string,
  palette: Palette,
): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(names.before, names.after, before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch
    .split('\n')
    .map((line) => paintLine(line, palette))
    .join('\n');
}

function paintLine(line: string, palette: Palette): string {
  if (/^(---|\+\+\+) /.test(line)) return palette.dim(line);
  if (line.startsWith('+')) return palette.good(line);
  if (line.startsWith('-')) return palette.bad(line);
  return line.startsWith('@@') ? palette.dim(line) : line;
}
