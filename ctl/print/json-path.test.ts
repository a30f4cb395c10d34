import test from 'ava';
import { renderJsonPath } from './json-path.ts';

const value = {
  items: [
    { metadata: { name: 'a', labels: { 'x.io/y': '1' } }, spec: { n: 1 } },
    { metadata: { name: 'b' }, spec: { n: 2 } },
  ],
};

const cases: [string, string][] = [
  ['{.items[*].metadata.name}', 'a b'],
  ['.items[0].metadata.name', 'a'],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.n}{"\\n"}{end}', 'a\t1\nb\t2\n'],
  ['names: {.items[*].metadata.name}!', 'names: a b!'],
  ['{.items[0].metadata.labels.x\\.io/y}', '1'],
  ['{.items[?(@.spec.n>1)].metadata.name}', 'b'],
  ['{.items[0].spec}', '{"n":1}'],
  ['{.nothing}', ''],
  ['{$.items[-1:].metadata.name}', 'b'],
];
for (const [template, expected] of cases) {
  test(`renders ${template}`, (t) => {
    t.is(renderJsonPath(template, value), expected);
  });
}

for (const template of ['{.a', '{end}', '{range .items[*]}{.x}']) {
  test(`refuses ${template}`, (t) => {
    t.throws(() => renderJsonPath(template, value), { message: /cannot be read/ });
  });
}
