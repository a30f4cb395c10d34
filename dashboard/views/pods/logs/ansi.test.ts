// Colours of log lines, and what hostile lines cannot do.
import test from 'ava';
import fc from 'fast-check';
import { piecesOf, plainText } from './ansi.ts';

const rows: [what: string, line: string, pieces: [text: string, style: string][]][] = [
  ['plain text', 'hello', [['hello', '']]],
  ['nothing', '', []],
  [
    'a colour',
    '\u001b[31mred\u001b[0m plain',
    [
      ['red', 'ansi-red'],
      [' plain', ''],
    ],
  ],
  [
    'bold and bright',
    '\u001b[1;92mgo\u001b[22;39mon',
    [
      ['go', 'ansi-green ansi-bold'],
      ['on', ''],
    ],
  ],
  [
    'a reset without number',
    '\u001b[33mwarn\u001b[m!',
    [
      ['warn', 'ansi-yellow'],
      ['!', ''],
    ],
  ],
  ['256 colours are not shown', '\u001b[38;5;196mred', [['red', '']]],
  [
    'cursor moves are left out',
    'a\u001b[2K\u001b[10Ab',
    [
      ['a', ''],
      ['b', ''],
    ],
  ],
  [
    'titles and links are left out',
    'a\u001b]0;title\u0007b\u001b]8;;http://evil\u001b\\c',
    [
      ['a', ''],
      ['b', ''],
      ['c', ''],
    ],
  ],
  ['a progress bar shows its last state', '10 %\r100 %', [['100 %', '']]],
  ['a bar that goes back before it waits is seen', '10 %\r20 %\r', [['20 %', '']]],
  ['markup is text', '<img src=x onerror=alert(1)>', [['<img src=x onerror=alert(1)>', '']]],
  ['text cannot be turned', 'a\u202eb\u2066c', [['a\ufffdb\ufffdc', '']]],
  ['control characters are seen', 'a\u0007\u0000b\u0085', [['a\u2407\u2400b\ufffd', '']]],
];

for (const [what, line, pieces] of rows)
  test(what, (t) => {
    t.deepEqual(
      piecesOf(line).map(({ text, style }) => [text, style]),
      pieces,
    );
  });

test('whatever comes, nothing but visible text and known styles leaves', (t) => {
  const hostile = fc.string({
    unit: fc.constantFrom('\u001b', '[', ']', ';', '3', '1', 'm', '\u0007', '\u009b', 'x', '\r', '\u202e'),
  });
  fc.assert(
    fc.property(hostile, (line) => {
      for (const { text, style } of piecesOf(line)) {
        t.notRegex(text, /[\p{Cc}\p{Bidi_Control}]/u);
        t.regex(style, /^(ansi-[a-z]+( |$))*$/);
      }
    }),
  );
});

test('the text to search in has no codes', (t) => {
  t.is(plainText('\u001b[31merr\u001b[0mor'), 'error');
  t.is(plainText('plain'), 'plain');
});

test('a line of very many codes stays small', (t) => {
  t.true(piecesOf('\u001b[31mx'.repeat(5000)).length <= 201);
});
