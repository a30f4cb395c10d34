// What is kept of a log.
import test from 'ava';
import fc from 'fast-check';
import {
  EMPTY_LOG,
  endText,
  LINE_CHARACTERS_MAX,
  LINES_KEPT_MAX,
  linesCome,
  LOG_CHARACTERS_MAX,
  shownLines,
  takeText,
} from './log-buffer.ts';

test('lines come whole, however the text arrives', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') })), (pieces) => {
      const whole = pieces.join('');
      const kept = endText(pieces.reduce(takeText, EMPTY_LOG)).lines.map(({ text }) => text);
      const expected = whole.split('\n');
      if (expected.at(-1) === '') expected.pop();
      t.deepEqual(kept, expected);
    }),
  );
});

test('only the latest lines stay, and keep their numbers', (t) => {
  const many = Array.from({ length: LINES_KEPT_MAX + 5 }, (_, at) => `line ${at + 1}`).join('\n');
  const buffer = takeText(takeText(EMPTY_LOG, `${many}\n`), 'last\n');
  t.is(buffer.lines.length, LINES_KEPT_MAX);
  t.deepEqual(buffer.lines[0], { number: 7, text: 'line 7', lost: 0 });
  t.deepEqual(buffer.lines.at(-1), { number: LINES_KEPT_MAX + 6, text: 'last', lost: 0 });
});

test('a line is cut, also one that never ends; how much is lost is known', (t) => {
  const long = 'x'.repeat(LINE_CHARACTERS_MAX);
  const open = takeText(takeText(EMPTY_LOG, long), 'yyy').open;
  t.is(open.text.length, LINE_CHARACTERS_MAX);
  t.is(open.lost, 3);
  const [line] = takeText(EMPTY_LOG, `${long}yyy\n`).lines;
  t.deepEqual(line, { number: 1, text: long, lost: 3 });
});

test('neither a character nor an escape code is cut in two', (t) => {
  const before = 'x'.repeat(LINE_CHARACTERS_MAX - 1);
  t.is(takeText(EMPTY_LOG, `${before}\u{1f600}\n`).lines[0]?.text, before);
  t.is(takeText(EMPTY_LOG, `${before}\u001b[31mred\n`).lines[0]?.text, before);
});

test('what stands in a line that has not ended is shown, and becomes that line', (t) => {
  const asking = takeText(EMPTY_LOG, 'one\nName: ');
  t.deepEqual(
    shownLines(asking).map(({ number, text }) => [number, text]),
    [
      [1, 'one'],
      [2, 'Name: '],
    ],
  );
  t.is(linesCome(asking), 2);
  const answered = takeText(asking, 'web\n');
  t.deepEqual(shownLines(answered)[1], { number: 2, text: 'Name: web', lost: 0 });
  t.is(linesCome(answered), 2);
});

test('a progress bar that never ends a line moves on, however long it goes on', (t) => {
  const bar = Array.from({ length: 20 }, (_, at) => `${at} %${' '.repeat(LINE_CHARACTERS_MAX / 8)}\r`);
  const { open } = bar.reduce(takeText, EMPTY_LOG);
  t.regex(open.text, /^19 % +\r$/);
  t.is(open.lost, 0);
});

test('all lines together are bounded too', (t) => {
  const long = `${'x'.repeat(LINE_CHARACTERS_MAX)}\n`.repeat(50);
  const rounds = Math.ceil(LOG_CHARACTERS_MAX / LINE_CHARACTERS_MAX / 50) + 2;
  const buffer = Array.from({ length: rounds }, () => long).reduce(takeText, EMPTY_LOG);
  const characters = buffer.lines.reduce((sum, { text }) => sum + text.length, 0);
  t.is(characters, buffer.characters);
  t.true(characters <= LOG_CHARACTERS_MAX);
  t.is(buffer.lines.at(-1)?.number, rounds * 50);
});

test('lines of Windows end without their carriage return', (t) => {
  t.is(takeText(EMPTY_LOG, 'one\r\n').lines[0]?.text, 'one');
});
