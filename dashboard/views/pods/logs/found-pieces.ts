// The pieces of a line with what was searched for marked. Pure.
import { piecesOf, type Piece } from './ansi.ts';

/** A piece that is, or is not, what was searched for. */
export interface FoundPiece extends Piece {
  found: boolean;
}

/** Marks every occurrence that lies in one piece; case does not matter. */
export function foundPieces(line: string, sought: string): FoundPiece[] {
  const wanted = sought.toLowerCase();
  return piecesOf(line).flatMap((piece) =>
    wanted === '' ? [{ ...piece, found: false }] : split(piece, wanted),
  );
}

function split({ text, style }: Piece, wanted: string): FoundPiece[] {
  const lower = text.toLowerCase();
  // Some letters have more characters in lower case: places in one are then none in the other.
  if (lower.length !== text.length) return [{ text, style, found: false }];
  const pieces: FoundPiece[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), style, found: false });
    from = at + wanted.length;
    pieces.push({ text: text.slice(at, from), style, found: true });
  }
  if (from < text.length) pieces.push({ text: text.slice(from), style, found: false });
  return pieces;
}
