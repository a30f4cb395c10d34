// The lines of a log that are kept: the latest, a bounded number of lines and of characters. Pure.
import { lastWritten, withoutReturn } from './ansi.ts';

/** Lines kept; older ones fall out. */
export const LINES_KEPT_MAX = 10_000;
/** Characters of a line that are kept. */
export const LINE_CHARACTERS_MAX = 50_000;
/** Characters kept of all lines together: some 40 MB. */
export const LOG_CHARACTERS_MAX = 20_000_000;
/** An escape code that a cut would split is no longer than this. */
const ESCAPE_CHARACTERS_MAX = 32;

/** One line; its number counts from the first that ever came, so that it stays the same while others fall out. */
export interface LogLine {
  number: number;
  text: string;
  /** Characters at its end that are not kept. */
  lost: number;
}

/** What is kept. */
export interface LogBuffer {
  lines: readonly LogLine[];
  /** Characters of the lines. */
  characters: number;
  /** The line whose end has not come yet: a prompt, a progress bar. Empty where there is none. */
  open: LogLine;
}

export const EMPTY_LOG: LogBuffer = { lines: [], characters: 0, open: { number: 1, text: '', lost: 0 } };

/** Takes in what has arrived. */
export function takeText({ lines, characters, open }: LogBuffer, arrived: string): LogBuffer {
  const [first = '', ...others] = arrived.split('\n');
  const came = [
    longer(open, first),
    ...others.map((text, at) => longer({ number: open.number + at + 1, text: '', lost: 0 }, text)),
  ];
  const ended = came.slice(0, -1).map((line) => ({ ...line, text: withoutReturn(line.text) }));
  const latest = came.at(-1) ?? open;
  if (ended.length === 0) return { lines, characters, open: latest };
  const sum = characters + ended.reduce((total, { text }) => total + text.length, 0);
  return { ...withinBounds([...lines, ...ended], sum), open: latest };
}

/** At the end of the stream the open line is one. */
export function endText(buffer: LogBuffer): LogBuffer {
  return buffer.open.text === '' ? buffer : takeText(buffer, '\n');
}

/** All that can be shown: what has been written of a line is seen before the line ends. */
export function shownLines({ lines, open }: LogBuffer): readonly LogLine[] {
  return open.text === '' ? lines : [...lines, open];
}

/** Lines that have come, with those that are no longer kept. */
export function linesCome({ open }: LogBuffer): number {
  return open.number - (open.text === '' ? 1 : 0);
}

function longer({ number, text, lost }: LogLine, more: string): LogLine {
  const whole = lastWritten(text + more);
  if (lost > 0 && whole.length > more.length) return { number, text, lost: lost + more.length };
  const kept = cutTo(whole, LINE_CHARACTERS_MAX);
  return { number, text: kept, lost: whole.length - kept.length };
}

/** Cuts a text, but no character and no escape code in two. */
function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const escape = text.lastIndexOf('\u001b', length - 1);
  const end = escape > length - ESCAPE_CHARACTERS_MAX ? escape : length;
  return text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end);
}

/** Whether it is only the first half of a character. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function withinBounds(
  lines: readonly LogLine[],
  characters: number,
): Pick<LogBuffer, 'lines' | 'characters'> {
  let from = 0;
  let left = characters;
  while (lines.length - from > LINES_KEPT_MAX || left > LOG_CHARACTERS_MAX)
    left -= lines[from++]?.text.length ?? 0;
  return { lines: from === 0 ? lines : lines.slice(from), characters: left };
}
