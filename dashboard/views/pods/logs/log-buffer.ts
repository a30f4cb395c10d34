// The lines of a log that are kept: the latest, a bounded number, each of bounded length. Pure.

/** Lines kept; older ones fall out. */
export const LINES_KEPT_MAX = 10_000;
/** Characters of a line that are kept. */
export const LINE_CHARACTERS_MAX = 8_000;

/** One line; its number counts from the first that ever came, so that it stays the same while others fall out. */
export interface LogLine {
  number: number;
  text: string;
}

/** What is kept. */
export interface LogBuffer {
  lines: readonly LogLine[];
  /** The beginning of a line whose end has not come yet. */
  open: string;
  /** Number of the next line. */
  next: number;
}

export const EMPTY_LOG: LogBuffer = { lines: [], open: '', next: 1 };

/** Takes in what has arrived. */
export function takeText({ lines, open, next }: LogBuffer, arrived: string): LogBuffer {
  const parts = (open + arrived).split('\n');
  const rest = parts.pop() ?? '';
  const fresh = parts.slice(-LINES_KEPT_MAX).map((text, at) => ({
    number: next + Math.max(0, parts.length - LINES_KEPT_MAX) + at,
    text: shortened(text),
  }));
  return {
    lines: fresh.length === 0 ? lines : [...lines, ...fresh].slice(-LINES_KEPT_MAX),
    // A line without end grows no further either; what is over is not shown.
    open: rest.slice(0, LINE_CHARACTERS_MAX + 1),
    next: next + parts.length,
  };
}

/** At the end of the stream the open line is one. */
export function endText(buffer: LogBuffer): LogBuffer {
  return buffer.open === '' ? buffer : takeText(buffer, '\n');
}

function shortened(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX)} … (cut)` : line;
}
