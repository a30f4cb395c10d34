import test from 'ava';
import fc from 'fast-check';
import { safeRegex } from './safe-regex.ts';

const SAFE = /^[A-Za-z0-9\\()[\]{}|^$.*+?:,-]*$/;

test('what is written means what was meant', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab1/.*+?()[]{}|^$\\-dw\'" #,2') }),
      fc.string(),
      (text, input) => {
        const read = safeRegex(text);
        if ('problem' in read) return;
        t.regex(read.pattern, SAFE);
        t.is(new RegExp(`^(?:${read.pattern})$`).test(input), new RegExp(`^(?:${text})$`).test(input));
      },
    ),
    { numRuns: 3_000 },
  );
});

test('nothing hostile comes out', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const read = safeRegex(text);
      t.true('problem' in read || SAFE.test(read.pattern));
    }),
  );
});

const ROWS: [string, RegExp | string][] = [
  ['/v[0-9]+/.*', '\\x2Fv[0-9]+\\x2F.*'],
  ["it's", 'it\\x27s'],
  ['(a|b)?', '(?:a|b)?'],
  ['[^a-z\\]]{2,3}', '[^a-z\\x5D]{2,3}'],
  ['(a|b)*', /take for ever/],
  ['(a*)*', /take for ever/],
  ['a{1,1000}', /more than 100 times/],
  ['(?<=a)b', /another kind/],
  ['\\1', /means nothing/],
  ['a**', /quantifiers/],
  ['a\nb', /printable/],
  ['(a', /without a \)/],
  ['a)', /without a \(/],
  ['[b-a]', /range/],
];
for (const [text, expected] of ROWS)
  test(JSON.stringify(text), (t) => {
    const read = safeRegex(text);
    if (typeof expected === 'string') t.deepEqual(read, { pattern: expected });
    else t.regex('problem' in read ? read.problem : '', expected);
  });
