import test from 'ava';
import { answerPath } from './answer-path.ts';

const READ: [string, string][] = [
  ['', '$'],
  ['{$}', '$'],
  ['{$.data.ok}', '$.data.ok'],
  ['{.data.ok}', '$.data.ok'],
  [' { data.ok } ', '$.data.ok'],
  ['$.a[0].b-c[-1]', '$.a[0].b-c[-1]'],
  ['{$.a[*].b}', '$.a[*].b'],
  ['{$..rate}', '$..rate'],
  ['{$..[0]}', '$..[0]'],
  ["{$['a.b']['ü']}", "$['a.b']['ü']"],
  ['{$.a[1:3]}', '$.a[1:3]'],
  ['{$.a[0,2]}', '$.a[0,2]'],
];

for (const [text, path] of READ) test(`read: ${text}`, (t) => t.deepEqual(answerPath(text), { path }));

const REFUSED: [string, RegExp][] = [
  ['{$.data.ok', /a brace is missing/],
  ['$.data.ok}', /a brace is missing/],
  ['{$.data[}', /it cannot be read from "\[" on: a step is \.name/],
  ['{$.data..}', /it cannot be read from "\.\." on/],
  ['{$.data.}', /it cannot be read from "\." on/],
  ["{$['a}", /it cannot be read from "\['a" on/],
  ['{$.a b}', /it cannot be read from " b" on/],
  ['{$.a}{$.b}', /it cannot be read from "\}\{\$\.b" on/],
  ['{$.a\\.b}', /it cannot be read from "\\\.b" on/],
  ['{$.a[?(@.b>1)]}', /filters are not supported, use conditions/],
  ['{$.a[(@.length-1)]}', /filters are not supported/],
];

for (const [text, problem] of REFUSED)
  test(`refused: ${text}`, (t) => {
    const found = answerPath(text);
    t.regex('problem' in found ? found.problem : '', problem);
  });
