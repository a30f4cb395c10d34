import test from 'ava';
import { compactJson } from './compact-json.ts';

test('short values stand in a line, longer ones are opened', (t) => {
  t.is(compactJson({ a: [1, 'x'], b: {} }), '{ "a": [1, "x"], "b": {} }');
  const long = {
    if: [
      { '==': [{ var: 'tier' }, 'gold'] },
      'on',
      {
        fractional: [
          ['on', 20],
          ['off', 80],
        ],
      },
    ],
  };
  t.is(
    compactJson(long),
    [
      '{',
      '  "if": [',
      '    { "==": [{ "var": "tier" }, "gold"] },',
      '    "on",',
      '    { "fractional": [["on", 20], ["off", 80]] }',
      '  ]',
      '}',
    ].join('\n'),
  );
});

test('it says the same, and what is no value is null', (t) => {
  const value = { a: 'x'.repeat(80), b: [{ c: 'y'.repeat(70), d: null }], e: [] };
  t.deepEqual(JSON.parse(compactJson(value)), value);
  t.is(compactJson(undefined), 'null');
});
