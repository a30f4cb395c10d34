// A very long line in short: some of it, and how much there is besides. Pure.
import { isHighSurrogate } from './log-buffer.ts';
import type { FoundPiece } from './found-pieces.ts';

/** Characters of a line that are shown until somebody asks for all of them. */
export const FOLDED_CHARACTERS = 1_000;
/** Characters shown before what was searched for, where that lies far on in the line. */
const LEAD_CHARACTERS = 100;

/** The part that is shown. */
export interface FoldedLine {
  pieces: FoundPiece[];
  /** Characters that are left out before the part, and after it. */
  before: number;
  after: number;
}

/** The beginning of a line, or the part with the first that was searched for. */
export function foldPieces(pieces: readonly FoundPiece[]): FoldedLine {
  const whole = pieces.map(({ text }) => text).join('');
  if (whole.length <= FOLDED_CHARACTERS) return { pieces: [...pieces], before: 0, after: 0 };
  const from = notWithin(whole, beginning(pieces));
  const to = notWithin(whole, from + FOLDED_CHARACTERS);
  const shown: FoundPiece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const text = piece.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (text !== '') shown.push({ ...piece, text });
    at += piece.text.length;
  }
  return { pieces: shown, before: from, after: Math.max(0, whole.length - to) };
}

function beginning(pieces: readonly FoundPiece[]): number {
  let at = 0;
  for (const { text, found } of pieces) {
    if (found) return at + text.length <= FOLDED_CHARACTERS ? 0 : Math.max(0, at - LEAD_CHARACTERS);
    at += text.length;
  }
  return 0;
}

/** The same place, or the one before where a character would be cut in two. */
function notWithin(text: string, at: number): number {
  return at > 0 && isHighSurrogate(text.charCodeAt(at - 1)) ? at - 1 : at;
}
