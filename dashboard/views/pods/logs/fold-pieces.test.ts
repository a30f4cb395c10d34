// A very long line in short.
import test from 'ava';
import fc from 'fast-check';
import { FOLDED_CHARACTERS, foldPieces } from './fold-pieces.ts';
import { foundPieces } from './found-pieces.ts';

const textOf = (pieces: readonly { text: string }[]): string => pieces.map(({ text }) => text).join('');

test('a line that is not very long is as it is', (t) => {
  const pieces = foundPieces('\u001b[31mred\u001b[0m plain', '');
  t.deepEqual(foldPieces(pieces), { pieces, before: 0, after: 0 });
});

test('of a very long one the beginning is shown, in its colours', (t) => {
  const line = `\u001b[31m${'r'.repeat(900)}\u001b[0m${'p'.repeat(9_100)}`;
  const { pieces, before, after } = foldPieces(foundPieces(line, ''));
  t.deepEqual(
    pieces.map(({ text, style }) => [text.length, style]),
    [
      [900, 'ansi-red'],
      [100, ''],
    ],
  );
  t.deepEqual([before, after], [0, 9_000]);
});

test('what was searched for is in sight, wherever it is', (t) => {
  const line = `${'x'.repeat(5_000)}needle${'y'.repeat(5_000)}`;
  const { pieces, before, after } = foldPieces(foundPieces(line, 'needle'));
  t.deepEqual(
    pieces.filter(({ found }) => found).map(({ text }) => text),
    ['needle'],
  );
  t.deepEqual([before, after], [4_900, 10_006 - 4_900 - FOLDED_CHARACTERS]);
});

test('part and rest are the whole, and no character is cut in two', (t) => {
  const unit = fc.constantFrom('a', '\u{1f600}', '\u001b[32m', 'n');
  fc.assert(
    fc.property(
      fc.string({ unit, minLength: 900, maxLength: 3_000 }),
      fc.constantFrom('', 'n'),
      (line, sought) => {
        const all = foundPieces(line, sought);
        const { pieces, before, after } = foldPieces(all);
        const whole = textOf(all);
        const part = textOf(pieces);
        t.is(before + part.length + after, whole.length);
        t.is(whole.slice(before, before + part.length), part);
        t.notRegex(part, /\p{Surrogate}/u);
      },
    ),
    { numRuns: 30 },
  );
});
