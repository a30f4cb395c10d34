// A line of a log as pieces of plain text with colours. Escape codes other than colours are left out; characters that
// would move the cursor, hide text or turn its direction are shown as what they are: a log cannot dress up. Pure.

/** A piece of a line; `style` is made of class names of the style sheet. */
export interface Piece {
  text: string;
  style: string;
}

/** Pieces of a line; the rest is one piece without colours. */
const PIECES_MAX = 200;
/** CSI, OSC (title, links), and other escapes. */
const ESCAPE = /\u001b(?:\[([0-9;:]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_=>78])/g;
/** C0 and C1 but tab, and what turns or hides text. */
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

interface Look {
  colour: string;
  bold: boolean;
  faint: boolean;
}

const PLAIN: Look = { colour: '', bold: false, faint: false };
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** The pieces of a line. */
export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let look = PLAIN;
  let from = 0;
  const add = (text: string): void => {
    if (text !== '') pieces.push({ text: visible(text), style: styleOf(look) });
  };
  const shown = withoutReturn(lastWritten(line));
  for (const match of shown.matchAll(ESCAPE)) {
    if (pieces.length >= PIECES_MAX) break;
    add(shown.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') look = (match[1] ?? '').split(/[;:]/).reduce(applied, look);
  }
  add(shown.slice(from).replaceAll(ESCAPE, ''));
  return pieces;
}

/**
 * What a progress bar has written over is gone, as on a terminal. A carriage return at the end has written over nothing
 * yet: it is that of a line of Windows, or of a bar that goes back before it waits. It stays: more may come.
 */
export function lastWritten(line: string): string {
  const { length } = withoutReturn(line);
  return length === 0 ? line : line.slice(line.lastIndexOf('\r', length - 1) + 1);
}

/** The text before the carriage returns at its end. */
export function withoutReturn(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

/** The text alone, for searching. */
export function plainText(line: string): string {
  return line.includes('\u001b') || line.includes('\r')
    ? piecesOf(line)
        .map(({ text }) => text)
        .join('')
    : visible(line);
}

function visible(text: string): string {
  return text.replaceAll(CONTROLS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
}

function applied(look: Look, code: string): Look {
  const number = Number(code);
  if (number === 0) return PLAIN;
  if (number === 1) return { ...look, bold: true };
  if (number === 2) return { ...look, faint: true };
  if (number === 22) return { ...look, bold: false, faint: false };
  if (number === 39) return { ...look, colour: '' };
  if (number >= 30 && number <= 37) return { ...look, colour: COLOURS[number - 30] ?? '' };
  if (number >= 90 && number <= 97) return { ...look, colour: COLOURS[number - 90] ?? '' };
  return look;
}

function styleOf({ colour, bold, faint }: Look): string {
  return [colour === '' ? '' : `ansi-${colour}`, bold ? 'ansi-bold' : '', faint ? 'ansi-faint' : '']
    .filter((name) => name !== '')
    .join(' ');
}
