import test from 'ava';
import fc from 'fast-check';
import { formatWarning, parseWarnings } from './warning-header.ts';

test('reads one or several warnings, quoted or dated', (t) => {
  const table: [string | undefined, string[]][] = [
    [undefined, []],
    ['', []],
    ['299 - "plain"', ['plain']],
    ['299 - "say \\"hi\\", then \\\\"', ['say "hi", then \\']],
    ['299 - "one, 299 - \\"no\\"", 299 agent "two"', ['one, 299 - "no"', 'two']],
    ['299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT", 199 host:80 "next"', ['dated', 'next']],
    ['nonsense', []],
  ];
  for (const [header, sentences] of table) t.deepEqual(parseWarnings(header), sentences, header);
});

test('what is written reads back, joined by whatever stands in between', (t) => {
  const sentences = fc.string({ unit: 'grapheme' }).filter((text) => /^\P{Cc}*$/u.test(text));
  fc.assert(
    fc.property(fc.array(sentences), (list) => {
      t.deepEqual(parseWarnings(list.map(formatWarning).join(', ')), list);
    }),
  );
  t.deepEqual(parseWarnings('299 - "naïve…"'), ['naïve…']);
  t.is(formatWarning('two\r\nlines'), '299 - "two lines"');
});
