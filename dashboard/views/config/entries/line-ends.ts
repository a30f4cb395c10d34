// Line ends of a text that is edited in a field of the page, which knows `\n` only: what was there is put back, and a text of
// which it would be guessed is not edited. Pure.

/** How lines end: the same everywhere, or `mixed`. */
export type LineEnds = 'lf' | 'crlf' | 'mixed';

/** Of a text. */
export function lineEndsOf(text: string): LineEnds {
  if (!text.includes('\r')) return 'lf';
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? 'mixed' : 'crlf';
}

/** What a field holds, with the line ends that the text had before. */
export function withLineEnds(typed: string, before: string | undefined): string {
  const plain = typed.replaceAll('\r\n', '\n');
  return before !== undefined && lineEndsOf(before) === 'crlf' ? plain.replaceAll('\n', '\r\n') : plain;
}
