// What is kept of a log.
import test from 'ava';
import fc from 'fast-check';
import { EMPTY_LOG, endText, LINE_CHARACTERS_MAX, LINES_KEPT_MAX, takeText } from './log-buffer.ts';

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
  t.deepEqual(buffer.lines[0], { number: 7, text: 'line 7' });
  t.deepEqual(buffer.lines.at(-1), { number: LINES_KEPT_MAX + 6, text: 'last' });
});

test('a line is cut, also one that never ends', (t) => {
  const long = 'x'.repeat(LINE_CHARACTERS_MAX * 3);
  t.true(takeText(EMPTY_LOG, long).open.length <= LINE_CHARACTERS_MAX + 1);
  const [line] = takeText(EMPTY_LOG, `${long}\n`).lines;
  t.true((line?.text.length ?? 0) < LINE_CHARACTERS_MAX + 20);
  t.true(line?.text.endsWith('(cut)'));
});

test('lines of Windows end without their carriage return', (t) => {
  t.is(takeText(EMPTY_LOG, 'one\r\n').lines[0]?.text, 'one');
});
