import test from 'ava';
import { duplicateFields } from './json-duplicates.ts';

const rows: [text: string, expected: string[]][] = [
  ['{}', []],
  ['{"a":1,"b":{"a":1}}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{"a":1,"\\u0061":2}', ['a']],
  ['{"a" : 1 , "a"\n:2}', ['a']],
  ['{"x":{"a":"a","a":"a"}}', ['x.a']],
  ['{"x":[{"a":1},{"a":1,"b":[],"a":2}]}', ['x[1].a']],
  ['{"a":"{\\"b\\":1,\\"b\\":2}"}', []],
  ['{"a":"\\\\","a":1}', ['a']],
  ['["a","a"]', []],
  ['{"a":{"b":1},"c":{"b":1}}', []],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
];

for (const [text, expected] of rows) {
  test(text, (t) => {
    t.deepEqual(duplicateFields(text, JSON.parse(text)), expected);
  });
}
